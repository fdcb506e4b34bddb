package dev.tributary.app;

import dev.tributary.app.cli.CommandLines;

/**
 * Entry point of the process. The exit code is 0 for success, 1 for a failure, 2 for wrong usage or configuration, and
 * 70 for a node that ended itself.
 */
public final class Main {

    private Main() {}

    public static void main(String[] arguments) {
        DirectMemory.bound();
        System.exit(CommandLines.create(System.getenv()).execute(arguments));
    }
}
