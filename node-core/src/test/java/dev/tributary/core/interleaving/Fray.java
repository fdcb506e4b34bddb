package dev.tributary.core.interleaving;

import java.lang.reflect.Method;
import java.util.Arrays;
import kotlin.Unit;
import kotlin.jvm.functions.Function1;

/** Calls Fray by name: it needs a JDK 25, and the project is built on older ones too. */
final class Fray {

    private static final String CORE = "org.pastalab.fray.core.";

    /** Limit of one scenario, in seconds. */
    private static final int TIMEOUT = 3600;

    private final Class<?> launcher = Class.forName("org.pastalab.fray.junit.plain.FrayInTestLauncher");

    Fray() throws ClassNotFoundException {}

    /** Runs the test in random schedules; throws what it throws. */
    void explore(Runnable test, int schedules) throws ReflectiveOperationException {
        Function1<Object, Unit> asItIs = configuration -> Unit.INSTANCE;
        Method launch = Arrays.stream(launcher.getMethods())
                .filter(method -> method.getName().equals("launchFray"))
                .findFirst()
                .orElseThrow();
        Object coverage = launch.getParameterTypes()[6].getField("NONE").get(null);
        launch.invoke(
                instance(),
                test,
                create("scheduler.POSScheduler"),
                create("randomness.ControlledRandomProvider"),
                schedules,
                TIMEOUT,
                false,
                coverage,
                asItIs);
    }

    /** Runs the test in the recorded schedule. */
    void replay(Runnable test, String recording) throws ReflectiveOperationException {
        launcher.getMethod("launchFrayReplay", Runnable.class, String.class).invoke(instance(), test, recording);
    }

    private Object instance() throws ReflectiveOperationException {
        return launcher.getField("INSTANCE").get(null);
    }

    private static Object create(String type) throws ReflectiveOperationException {
        return Class.forName(CORE + type).getConstructor().newInstance();
    }
}
