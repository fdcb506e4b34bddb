package dev.tributary.transport.client.http;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Builds one JSON object; its members keep the order of insertion. */
public final class JsonObject {

    private final StringBuilder text = new StringBuilder("{");

    /** Adds a member: a number, boolean, JSON object, collection or null; any other value is added as its text. */
    public JsonObject put(String name, @Nullable Object value) {
        text.append(text.length() == 1 ? "" : ",").append(Escaping.json(name)).append(':');
        append(value);
        return this;
    }

    private void append(@Nullable Object value) {
        if (value instanceof Collection<?> elements) {
            String separator = "[";
            for (Object element : elements) {
                text.append(separator);
                append(element);
                separator = ",";
            }
            text.append(elements.isEmpty() ? "[]" : "]");
        } else if (value instanceof Double number) {
            text.append(Double.isFinite(number) ? String.format(Locale.ROOT, "%.6f", number) : "null");
        } else if (value == null || value instanceof Number || value instanceof Boolean) {
            text.append(value);
        } else if (value instanceof JsonObject) {
            text.append(value);
        } else {
            text.append(Escaping.json(value.toString()));
        }
    }

    @Override
    public String toString() {
        return text + "}";
    }
}
