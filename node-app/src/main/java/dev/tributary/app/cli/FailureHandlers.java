package dev.tributary.app.cli;

import dev.tributary.app.config.ConfigException;
import dev.tributary.core.error.NodeException;
import dev.tributary.transport.client.ApiServerException;
import java.io.PrintWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Reports a failed command: one or two lines on standard error, and an exit code. */
final class FailureHandlers {

    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;
    private static final Logger log = LoggerFactory.getLogger(FailureHandlers.class);

    private FailureHandlers() {}

    /** Reports invalid arguments. */
    static int onWrongUsage(ParameterException e, String[] arguments) {
        CommandLine command = e.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("error: " + e.getMessage());
        UnmatchedArgumentException.printSuggestions(e, err);
        err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        return WRONG_USAGE;
    }

    /** Reports a failure of a running command. */
    static int onFailure(Exception e, CommandLine command, ParseResult parsed) {
        PrintWriter err = command.getErr();
        if (e instanceof ConfigException) {
            err.println("error: " + e.getMessage());
            return WRONG_USAGE;
        }
        if (e instanceof NodeException || e instanceof ApiServerException) {
            err.println("error: " + e.getMessage());
            log.debug("command failed command={}", command.getCommandName(), e);
            return FAILED;
        }
        err.println("error: unexpected: " + e);
        log.error("command failed unexpectedly command={}", command.getCommandName(), e);
        return FAILED;
    }
}
