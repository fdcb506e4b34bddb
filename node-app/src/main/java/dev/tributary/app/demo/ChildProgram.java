package dev.tributary.app.demo;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command with which a child process runs this program.
 *
 * @param prefix words before the JVM, such as those that run it on another host
 * @param options options of the JVM, except its maximum heap
 * @param program arguments of the JVM that name the program: its jar, or its class path and main class
 */
public record ChildProgram(List<String> prefix, List<String> options, List<String> program) {

    /** Options for a quick start: a child runs too briefly to repay the second compiler. */
    public static final List<String> QUICK_START = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    public ChildProgram(List<String> options, List<String> program) {
        this(List.of(), options, program);
    }

    public ChildProgram {
        prefix = List.copyOf(prefix);
        options = List.copyOf(options);
        program = List.copyOf(program);
    }

    /** The program that runs in this process. */
    public static ChildProgram ofThisProcess() {
        return new ChildProgram(
                QUICK_START, List.of("-cp", System.getProperty("java.class.path"), "dev.tributary.app.Main"));
    }

    /** The same program with these words before its command. */
    public ChildProgram after(List<String> words) {
        return new ChildProgram(words, options, program);
    }

    /** The command up to the program's own arguments; {@code heap} is in the format of {@code -Xmx}. */
    public List<String> command(String heap) {
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx" + heap);
        command.addAll(options);
        command.addAll(program);
        return command;
    }
}
