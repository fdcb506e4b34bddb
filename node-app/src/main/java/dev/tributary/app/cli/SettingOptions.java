package dev.tributary.app.cli;

import dev.tributary.app.config.AppConfig;
import dev.tributary.app.config.ConfigSources;
import dev.tributary.app.config.Setting;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** Adds the flags of settings to a command, and resolves the configuration from the parsed flags and other sources. */
final class SettingOptions {

    private SettingOptions() {}

    /** Adds the flags of these settings, and the flag of the configuration file, to a command. */
    static void add(CommandSpec command, List<Setting> settings) {
        AppConfig defaults = AppConfig.defaults();
        command.addOption(OptionSpec.builder(ConfigSources.FILE_FLAG)
                .type(Path.class)
                .paramLabel("FILE")
                .description("a TOML file with settings")
                .build());
        for (Setting setting : settings) {
            String shown = setting.format().apply(defaults);
            command.addOption(OptionSpec.builder(setting.flag())
                    .type(setting.type().isList() ? String[].class : String.class)
                    .paramLabel(setting.type().placeholder())
                    .description(setting.description() + " (default: " + (shown.isEmpty() ? "none" : shown) + ")")
                    .build());
        }
    }

    /** Resolves the configuration of a parsed command, and sets the log level. */
    static AppConfig resolve(CommandSpec command, Map<String, String> environment) {
        ParseResult parsed = command.commandLine().getParseResult();
        Map<Setting, String> flags = new HashMap<>();
        for (Setting setting : Setting.ALL) {
            Object value = parsed.matchedOptionValue(setting.flag(), null);
            if (value != null) {
                flags.put(setting, value instanceof String[] values ? String.join(",", values) : value.toString());
            }
        }
        Path file = parsed.matchedOptionValue(ConfigSources.FILE_FLAG, null);
        AppConfig config = new ConfigSources(flags, environment, file).resolve();
        LogLevels.setLevel(config.logLevel());
        return config;
    }
}
