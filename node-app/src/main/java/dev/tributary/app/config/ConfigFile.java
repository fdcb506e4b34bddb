package dev.tributary.app.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.toml.TomlMapper;

/** The settings of a TOML file, as text, each with its line number. */
final class ConfigFile {

    private static final Pattern TABLE = Pattern.compile("\\s*\\[\\s*([A-Za-z0-9_.-]+)\\s*].*");
    private static final Pattern ASSIGNMENT = Pattern.compile("\\s*([A-Za-z0-9_.-]+)\\s*=.*");

    private final Path file;
    private final Map<String, String> values = new LinkedHashMap<>();
    private final Map<String, Integer> lines = new HashMap<>();

    private ConfigFile(Path file) {
        this.file = file;
    }

    /** Reads the file. Throws {@link ConfigException} if it is missing, is not valid TOML, or has an unknown key. */
    static ConfigFile read(Path path) {
        ConfigFile file = new ConfigFile(path);
        try {
            String text = Files.readString(path);
            file.findLines(text.lines().toList());
            file.add("", TomlMapper.shared().readTree(text));
            return file;
        } catch (NoSuchFileException e) {
            throw new ConfigException("the configuration file " + path + " does not exist", e);
        } catch (CharacterCodingException e) {
            throw new ConfigException("the configuration file " + path + " is not UTF-8 text", e);
        } catch (IOException e) {
            throw new ConfigException("the configuration file " + path + " cannot be read: " + e.getMessage(), e);
        } catch (JacksonException e) {
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            throw new ConfigException(
                    path + (line > 0 ? ":" + line : "") + ": invalid TOML: " + e.getOriginalMessage(), e);
        }
    }

    /** The values, by key. */
    Map<String, String> values() {
        return values;
    }

    /** File and line of a key, for messages. */
    String location(String key) {
        Integer line = lines.get(key);
        return line == null ? file.toString() : file + ":" + line;
    }

    private void add(String prefix, JsonNode table) {
        for (Map.Entry<String, JsonNode> entry : table.properties()) {
            String key = prefix + entry.getKey();
            JsonNode value = entry.getValue();
            if (value.isObject()) {
                add(key + ".", value);
            } else {
                Setting setting = Setting.ALL.stream()
                        .filter(known -> known.key().equals(key))
                        .findFirst()
                        .orElseThrow(() -> new ConfigException(location(key) + ": unknown setting '" + key + "'"
                                + Suggestion.of(
                                        key,
                                        Setting.ALL.stream().map(Setting::key).toList())));
                values.put(key, text(setting, value));
            }
        }
    }

    private String text(Setting setting, JsonNode value) {
        if (value.isArray() && setting.type().isList()) {
            return StreamSupport.stream(value.spliterator(), false)
                    .map(item -> text(setting, item))
                    .collect(Collectors.joining(","));
        }
        if (value.isString() || value.isIntegralNumber()) {
            return value.asString();
        }
        throw new ConfigException(location(setting.key()) + ": " + setting.key() + " = " + value + ": must be "
                + (setting.type().isList() ? "an array of strings" : "a string or an integer"));
    }

    /** The parser does not report line numbers, so the lines of bare keys are found by pattern. */
    private void findLines(List<String> text) {
        String table = "";
        for (int i = 0; i < text.size(); i++) {
            Matcher header = TABLE.matcher(text.get(i));
            Matcher assignment = ASSIGNMENT.matcher(text.get(i));
            if (header.matches()) {
                table = header.group(1) + ".";
            } else if (assignment.matches()) {
                lines.putIfAbsent(table + assignment.group(1), i + 1);
            }
        }
    }
}
