package dev.tributary.app.contract;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The parent of the commands that work on contracts in files; requires a subcommand. */
@Command(
        name = "contract",
        description = {
            "Works on contracts in files, without a node.",
            "States and other content are files; '-' is standard input, once. Bytes go to --out or to standard output."
        },
        scope = ScopeType.INHERIT,
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:valid, or done",
            "1:invalid: the contract rejects its input, breaks a law, or is refused by a node",
            "2:could not run: wrong usage, an unusable file, a failed contract call, or a law that cannot be told"
        })
public final class ContractCommand extends ParentCommand {

    // Not the standard mixin, since its --version would clash with the versions of documents.
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help message and exit.")
    @SuppressWarnings("UnusedVariable") // read by the parser
    private boolean help;

    private ContractCommand() {}

    /** The command with its subcommands, to execute once. */
    public static CommandLine create(StandardStreams streams) {
        CommandLine newCommand = new CommandLine(new NewCommand());
        CommandLine contract = new CommandLine(new ContractCommand())
                .addSubcommand(new KeyCommand(streams))
                .addSubcommand(new InspectCommand(streams))
                .addSubcommand(new ValidateCommand(streams))
                .addSubcommand(new MergeCommand(streams))
                .addSubcommand(new SummarizeCommand(streams))
                .addSubcommand(new DeltaCommand(streams))
                .addSubcommand(new ConformanceCommand(streams))
                .addSubcommand(newCommand);
        NewCommand.addTo(newCommand, streams);
        return contract;
    }
}
