package dev.tributary.app.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sources of settings: a flag overrides the environment, the environment the file, the file the default. An
 * overridden value is not parsed, so it may be invalid.
 *
 * @param flags the values given on the command line, by setting
 * @param environment all environment variables
 * @param file the file named on the command line, or null
 */
public record ConfigSources(
        Map<Setting, String> flags,
        Map<String, String> environment,
        @Nullable Path file) {

    /** The flag that names the file. */
    public static final String FILE_FLAG = "--config";

    static final String VARIABLE_PREFIX = "TRIBUTARY_";

    /** The variable that names the file. */
    public static final String FILE_VARIABLE = VARIABLE_PREFIX + "CONFIG";

    /** The variable that names the API of a running node, for commands that ask one. */
    private static final String API_VARIABLE = VARIABLE_PREFIX + "API";

    private static final Logger log = LoggerFactory.getLogger(ConfigSources.class);

    /** Resolves the configuration, or throws {@link ConfigException}. Blocks to read the file. */
    public AppConfig resolve() {
        Path path = file == null ? fileOfEnvironment() : file;
        ConfigFile content = path == null ? null : ConfigFile.read(path);
        warnOfUnknownVariables();
        AppConfig config = AppConfig.defaults();
        for (Setting setting : Setting.ALL) {
            String flag = flags.get(setting);
            String variable = environment.get(setting.variable());
            if (flag != null) {
                config = apply(config, setting, flag, setting.flag());
            } else if (variable != null) {
                config = apply(config, setting, variable, setting.variable());
            } else if (content != null && content.values().containsKey(setting.key())) {
                String place = content.location(setting.key()) + ": " + setting.key();
                config = apply(config, setting, content.values().getOrDefault(setting.key(), ""), place);
            }
        }
        return config.validated();
    }

    private static AppConfig apply(AppConfig config, Setting setting, String text, String source) {
        try {
            return setting.parse().apply(config, text);
        } catch (RuntimeException e) {
            throw new ConfigException(source + " = '" + text + "': " + e.getMessage(), e);
        }
    }

    private @Nullable Path fileOfEnvironment() {
        String name = environment.get(FILE_VARIABLE);
        try {
            return name == null ? null : Path.of(name);
        } catch (InvalidPathException e) {
            throw new ConfigException(FILE_VARIABLE + " = '" + name + "': must be the path of a file", e);
        }
    }

    /** An unknown variable is only a warning, because other programs may set variables with this prefix. */
    private void warnOfUnknownVariables() {
        Map<String, Setting> known = Setting.ALL.stream().collect(Collectors.toMap(Setting::variable, it -> it));
        environment.keySet().stream()
                .filter(name -> name.startsWith(VARIABLE_PREFIX))
                .filter(name -> !name.equals(FILE_VARIABLE) && !name.equals(API_VARIABLE))
                .filter(name -> !known.containsKey(name))
                .forEach(name ->
                        log.warn("unknown environment variable={}{}", name, Suggestion.of(name, known.keySet())));
    }
}
