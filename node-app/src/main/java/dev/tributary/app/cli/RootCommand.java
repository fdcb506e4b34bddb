package dev.tributary.app.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program itself; requires a subcommand. */
@Command(
        name = "tributary",
        description = "A reactive peer-to-peer node.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Settings come from flags, from environment variables (--log-level is TRIBUTARY_LOG_LEVEL), from the TOML"
                    + " file named by --config or TRIBUTARY_CONFIG, and from defaults: a flag overrides the environment,"
                    + " the environment the file, the file the default."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:success",
            "1:the command failed",
            "2:wrong usage or configuration",
            "3:no answer from the node, for commands that need a running node"
        })
final class RootCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by the parser
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "A command is missing");
    }
}
