package dev.tributary.app.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes the configuration reference, which follows from the table of settings. */
final class ConfigurationReference {

    static final Path FILE = Path.of("CONFIGURATION.md");

    static final String COMMAND = "mvn -q -pl node-app -am test-compile exec:exec@configuration-reference";

    private static final String INTRODUCTION = """
            # Configuration reference

            Written by a program from the table of settings (`app.config.Setting`); a test compares the two. After a change of the
            table, write it again with `%s`.

            Every setting is a flag of `run`, an environment variable, and a key of a TOML file; a flag overrides the environment, the
            environment the file, the file the default. `--config` or `TRIBUTARY_CONFIG` names the file. A dot in a key separates a
            table of the file from its key: `ring.max-neighbours` is `max-neighbours` in `[ring]`.

            - A size is a number of bytes, or a number with `KiB`, `MiB` or `GiB`: `131072`, `"128 KiB"`.
            - A duration is a number with `ms`, `s`, `min` or `h`: `"60 s"`.
            - A list is an array in the file, a repeated flag, or one text with commas: `["host-a:7475", "host-b:7475"]`.
            """.formatted(COMMAND);

    private ConfigurationReference() {}

    /** Writes the file; the argument is the directory of the module. */
    public static void main(String[] args) throws IOException {
        Files.writeString(Path.of(args[0]).resolve(FILE), text());
    }

    static String text() {
        Map<String, List<Setting>> tables = Setting.ALL.stream()
                .collect(Collectors.groupingBy(
                        ConfigurationReference::table, LinkedHashMap::new, Collectors.toUnmodifiableList()));
        return INTRODUCTION
                + tables.entrySet().stream()
                        .map(table -> section(table.getKey(), table.getValue()))
                        .collect(Collectors.joining());
    }

    private static String table(Setting setting) {
        int dot = setting.key().indexOf('.');
        return dot < 0 ? "" : setting.key().substring(0, dot);
    }

    private static String section(String table, List<Setting> settings) {
        return "\n## " + (table.isEmpty() ? "Settings outside tables" : "`[" + table + "]`")
                + "\n\n| key | flag | variable | default | unit | range | meaning |\n|---|---|---|---|---|---|---|\n"
                + settings.stream().map(ConfigurationReference::row).collect(Collectors.joining());
    }

    private static String row(Setting setting) {
        String defaultValue = setting.format().apply(AppConfig.defaults());
        return "| " + code(setting.key()) + " | " + code(setting.flag()) + " | " + code(setting.variable()) + " | "
                + (defaultValue.isEmpty() ? "none" : code(defaultValue)) + " | " + unit(setting.type()) + " | "
                + setting.type().allowed() + " | " + setting.description() + " |\n";
    }

    private static String unit(ValueType type) {
        return switch (type.unit()) {
            case NONE -> type.isList() ? "list" : "text";
            case COUNT -> "number";
            case BITS -> "bits";
            case BYTES -> "size";
            case MILLISECONDS -> "duration";
        };
    }

    private static String code(String text) {
        return "`" + text + "`";
    }
}
