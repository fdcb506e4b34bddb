package dev.tributary.core.interleaving;

import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Runs the scenario of each test in many random schedules under Fray, which must be on the class path and in the JVM:
 * see {@code .ci/schedules}. Arguments: the number of schedules of each scenario and the test classes; or {@code replay},
 * the directory of a recording, and the class and the method of its test.
 */
public final class ScheduleExplorer {

    private ScheduleExplorer() {}

    /** Ends with exit code 1 at the first schedule that goes wrong. */
    public static void main(String[] arguments) throws ReflectiveOperationException {
        Fray fray = new Fray();
        if (arguments[0].equals("replay")) {
            Class<?> tests = Class.forName(arguments[2]);
            fray.replay(() -> run(tests, named(tests, arguments[3])), arguments[1]);
            System.out.println("the recorded schedule goes well now");
            return;
        }
        int schedules = Integer.parseInt(arguments[0]);
        for (String name : Arrays.copyOfRange(arguments, 1, arguments.length)) {
            Class<?> tests = Class.forName(name);
            for (Method test : scenarios(tests)) {
                explore(fray, tests, test, schedules);
            }
        }
    }

    private static void explore(Fray fray, Class<?> tests, Method test, int schedules)
            throws ReflectiveOperationException {
        PrintStream out = System.out;
        long begin = System.nanoTime();
        System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
        try {
            fray.explore(() -> run(tests, test), schedules);
        } catch (InvocationTargetException failed) {
            System.setOut(out);
            failed.printStackTrace();
            out.printf("FAILED %s %s%n", tests.getName(), test.getName());
            // Threads of the failed schedule may be left.
            Runtime.getRuntime().halt(1);
        } finally {
            System.setOut(out);
        }
        out.printf(
                "schedules %-64s %6d in %5d ms%n", test.getName(), schedules, (System.nanoTime() - begin) / 1_000_000);
    }

    private static List<Method> scenarios(Class<?> tests) {
        return Arrays.stream(tests.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Test.class))
                .sorted(Comparator.comparing(Method::getName))
                .toList();
    }

    private static Method named(Class<?> tests, String name) {
        return scenarios(tests).stream()
                .filter(method -> method.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static void run(Class<?> tests, Method test) {
        try {
            Constructor<?> constructor = tests.getDeclaredConstructor();
            constructor.setAccessible(true);
            test.setAccessible(true);
            test.invoke(constructor.newInstance());
        } catch (InvocationTargetException failed) {
            throw new AssertionError(failed.getCause());
        } catch (ReflectiveOperationException broken) {
            throw new LinkageError("a scenario cannot be run: " + test, broken);
        }
    }
}
