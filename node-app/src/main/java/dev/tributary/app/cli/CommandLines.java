package dev.tributary.app.cli;

import dev.tributary.app.client.ClientCommands;
import dev.tributary.app.config.AppConfig;
import dev.tributary.app.config.Setting;
import dev.tributary.app.contract.ContractCommand;
import dev.tributary.app.contract.StandardStreams;
import dev.tributary.app.store.StoreCommands;
import dev.tributary.app.store.StoreSettings;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Creates the command line: the commands, their flags, and the handlers of their failures. */
public final class CommandLines {

    private CommandLines() {}

    /**
     * Creates the command line, which may be executed once.
     *
     * @param environment the environment variables that settings are read from
     */
    public static CommandLine create(Map<String, String> environment) {
        return create(environment, StandardStreams.system());
    }

    /** The same, with these streams for the commands that read or write bytes. */
    static CommandLine create(Map<String, String> environment, StandardStreams streams) {
        CommandLine root = new CommandLine(new RootCommand());
        root.addSubcommand("run", withSettings(new RunCommand(environment), Setting.ALL));
        root.addSubcommand("demo", new DemoCommand());
        root.addSubcommand("simulate", new SimulateCommand());
        root.addSubcommand("id", withSettings(new IdCommand(environment), ID_SETTINGS));
        ClientCommands.addTo(root, streams);
        StoreCommands.addTo(root, storeSettings(environment), spec -> SettingOptions.add(spec, ID_SETTINGS));
        root.addSubcommand("contract", ContractCommand.create(streams));
        root.addSubcommand("completion", completion());
        root.setCaseInsensitiveEnumValuesAllowed(true);
        root.setParameterExceptionHandler(FailureHandlers::onWrongUsage);
        root.setExecutionExceptionHandler(FailureHandlers::onFailure);
        return root;
    }

    private static CommandLine completion() {
        CommandLine line = new CommandLine(new AutoComplete.GenerateCompletion());
        line.getCommandSpec()
                .name("completion")
                .usageMessage()
                .description("Prints a completion script for bash and zsh; use: source <(tributary completion)");
        return line;
    }

    private static StoreSettings storeSettings(Map<String, String> environment) {
        return new StoreSettings() {
            @Override
            public AppConfig resolve(CommandSpec command) {
                return SettingOptions.resolve(command, environment);
            }

            @Override
            public String version() throws IOException {
                return Version.ofProgram();
            }
        };
    }

    private static final List<Setting> ID_SETTINGS =
            List.of(Setting.DATA_DIRECTORY, Setting.LOG_LEVEL, Setting.DIFFICULTY);

    private static CommandLine withSettings(Object command, List<Setting> settings) {
        CommandLine line = new CommandLine(command);
        SettingOptions.add(line.getCommandSpec(), settings);
        return line;
    }
}
