package dev.tributary.app.contract;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The commands on contracts in files; does nothing without a subcommand. */
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
            "1:invalid: the contract says no, breaks a law, or is one that a node refuses",
            "2:could not run: wrong usage, a file that cannot be used, a contract that broke off"
        })
public final class ContractCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by the parser
    private CommandSpec spec;

    // Not the standard mixin: its --version is wanted for the versions of documents.
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help message and exit.")
    @SuppressWarnings("UnusedVariable") // the parser acts on it
    private boolean help;

    private ContractCommand() {}

    /** The command with its subcommands, to execute once. */
    public static CommandLine create(StandardStreams streams) {
        CommandLine making = new CommandLine(new NewCommand());
        CommandLine contract = new CommandLine(new ContractCommand())
                .addSubcommand(new KeyCommand(streams))
                .addSubcommand(new InspectCommand(streams))
                .addSubcommand(new ValidateCommand(streams))
                .addSubcommand(new MergeCommand(streams))
                .addSubcommand(new SummarizeCommand(streams))
                .addSubcommand(new DeltaCommand(streams))
                .addSubcommand(new ConformanceCommand(streams))
                .addSubcommand(making);
        NewCommand.addTo(making, streams);
        return contract;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "A command is missing");
    }
}
