package dev.tributary.app.store;

import dev.tributary.app.contract.ParentCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;

/** The parent of the commands on a store; requires a subcommand. */
@Command(
        name = "store",
        description = {
            "Works on the contracts in the data directory of a stopped node; with --api, where a command has it, on those"
                    + " of a running node.",
            "A backup of a running node: tributary backup."
        },
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
public final class StoreCommands extends ParentCommand {

    private StoreCommands() {}

    /**
     * Adds the commands to the program.
     *
     * @param addSettings adds the flags of settings to a command
     */
    public static void addTo(CommandLine program, StoreSettings settings, Consumer<CommandSpec> addSettings) {
        List<CommandLine> children = new ArrayList<>();
        for (StoreCommand command : List.of(
                new VerifyCommand(settings),
                new ListCommand(settings),
                new CompactCommand(settings),
                new DropCommand(settings),
                new ScrubCommand(settings),
                new ExportCommand(settings),
                new ImportCommand(settings),
                new AdoptCommand(settings))) {
            children.add(withSettings(command, addSettings));
        }
        CommandLine store = new CommandLine(new StoreCommands());
        children.forEach(child -> store.addSubcommand(child.getCommandName(), child));
        program.addSubcommand("store", store);
        program.addSubcommand("backup", withSettings(new BackupCommand(settings), addSettings));
        program.addSubcommand("restore", withSettings(new RestoreCommand(settings), addSettings));
    }

    private static CommandLine withSettings(StoreCommand command, Consumer<CommandSpec> addSettings) {
        CommandLine line = new CommandLine(command);
        addSettings.accept(line.getCommandSpec());
        return line;
    }
}
