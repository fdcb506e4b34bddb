package dev.tributary.app.cli;

import dev.tributary.app.client.ClientCommands;
import dev.tributary.app.config.Setting;
import dev.tributary.app.contract.ContractCommand;
import dev.tributary.app.contract.StandardStreams;
import java.util.List;
import java.util.Map;
import picocli.AutoComplete;
import picocli.CommandLine;

/** The program's commands with their flags, and what happens when one of them fails. */
public final class CommandLines {

    private CommandLines() {}

    /**
     * The whole command line, to execute once.
     *
     * @param environment the variables to take settings from
     */
    public static CommandLine create(Map<String, String> environment) {
        return create(environment, StandardStreams.system());
    }

    /** The same with other streams for the commands that work on bytes. */
    static CommandLine create(Map<String, String> environment, StandardStreams streams) {
        CommandLine root = new CommandLine(new RootCommand());
        root.addSubcommand("run", withSettings(new RunCommand(environment), Setting.ALL));
        root.addSubcommand("demo", new DemoCommand());
        root.addSubcommand("simulate", new SimulateCommand());
        root.addSubcommand("id", withSettings(new IdCommand(environment), SHOWN_BY_ID));
        ClientCommands.addTo(root, streams);
        root.addSubcommand("contract", ContractCommand.create(streams));
        root.addSubcommand("completion", completion());
        root.setCaseInsensitiveEnumValuesAllowed(true);
        root.setParameterExceptionHandler(Failures::wrongUsage);
        root.setExecutionExceptionHandler(Failures::failed);
        return root;
    }

    private static CommandLine completion() {
        CommandLine line = new CommandLine(new AutoComplete.GenerateCompletion());
        line.getCommandSpec()
                .name("completion")
                .usageMessage()
                .description(
                        "Prints a script with which bash and zsh complete commands: source <(tributary completion)");
        return line;
    }

    private static final List<Setting> SHOWN_BY_ID =
            List.of(Setting.DATA_DIRECTORY, Setting.LOG_LEVEL, Setting.DIFFICULTY);

    private static CommandLine withSettings(Object command, List<Setting> settings) {
        CommandLine line = new CommandLine(command);
        SettingOptions.add(line.getCommandSpec(), settings);
        return line;
    }
}
