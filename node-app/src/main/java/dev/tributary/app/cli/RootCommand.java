package dev.tributary.app.cli;

import dev.tributary.app.contract.ParentCommand;
import picocli.CommandLine.Command;

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
final class RootCommand extends ParentCommand {}
