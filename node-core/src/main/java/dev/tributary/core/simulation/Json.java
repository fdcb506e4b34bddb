package dev.tributary.core.simulation;

import java.util.Locale;
import java.util.Map;

/** Writes JSON of maps, texts and numbers: two spaces for each level, keys in the order of their map, three decimals. */
final class Json {

    private final StringBuilder text = new StringBuilder();

    private Json() {}

    /** The text, with a line end after it. */
    static String write(Map<String, ?> object) {
        Json json = new Json();
        json.object(object, "\n");
        return json.text.append('\n').toString();
    }

    private void object(Map<?, ?> object, String newLine) {
        String inside = newLine + "  ";
        String separator = "";
        text.append('{');
        for (Map.Entry<?, ?> entry : object.entrySet()) {
            text.append(separator).append(inside);
            quote(String.valueOf(entry.getKey()));
            text.append(": ");
            value(entry.getValue(), inside);
            separator = ",";
        }
        text.append(object.isEmpty() ? "}" : newLine + "}");
    }

    private void value(Object value, String newLine) {
        if (value instanceof Map<?, ?> object) {
            object(object, newLine);
        } else if (value instanceof Double number) {
            text.append(String.format(Locale.ROOT, "%.3f", number));
        } else if (value instanceof Number || value instanceof Boolean) {
            text.append(value);
        } else {
            quote(value.toString());
        }
    }

    private void quote(String raw) {
        text.append('"');
        raw.chars().forEach(each -> {
            if (each == '"' || each == '\\') {
                text.append('\\').append((char) each);
            } else if (each < ' ') {
                text.append(String.format(Locale.ROOT, "\\u%04x", each));
            } else {
                text.append((char) each);
            }
        });
        text.append('"');
    }
}
