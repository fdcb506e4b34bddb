package dev.tributary.app.contract;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that requires a subcommand. */
public abstract class ParentCommand implements Runnable {

    private final String error;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by the parser
    private CommandSpec spec;

    /** Creates the command; without a subcommand it fails with this error and its usage text. */
    protected ParentCommand(String error) {
        this.error = error;
    }

    protected ParentCommand() {
        this("A command is missing");
    }

    @Override
    public final void run() {
        throw new ParameterException(spec.commandLine(), error);
    }
}
