package dev.tributary.core.simulation.report;

import java.util.Locale;
import java.util.Map;

/** Writes JSON of maps, strings and numbers: indented by two spaces, keys in map order, doubles with three decimals. */
final class Json {

    private final StringBuilder text = new StringBuilder();

    private Json() {}

    /** The JSON text with a final line feed. */
    static String write(Map<String, ?> object) {
        Json json = new Json();
        json.object(object, "\n");
        return json.text.append('\n').toString();
    }

    private void object(Map<?, ?> object, String newLine) {
        String indented = newLine + "  ";
        String separator = "";
        text.append('{');
        for (Map.Entry<?, ?> entry : object.entrySet()) {
            text.append(separator).append(indented);
            quote(String.valueOf(entry.getKey()));
            text.append(": ");
            value(entry.getValue(), indented);
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
