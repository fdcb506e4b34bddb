package dev.tributary.transport.client.http;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes one JSON object, its members in the order in which they were put. */
public final class JsonObject {

    private final StringBuilder text = new StringBuilder("{");

    /** A number, a boolean, another object, a collection of them, null, or anything else by its text. */
    public JsonObject put(String name, @Nullable Object value) {
        text.append(text.length() == 1 ? "" : ",").append(Escaped.json(name)).append(':');
        append(value);
        return this;
    }

    private void append(@Nullable Object value) {
        if (value instanceof Collection<?> all) {
            String separator = "[";
            for (Object each : all) {
                text.append(separator);
                append(each);
                separator = ",";
            }
            text.append(all.isEmpty() ? "[]" : "]");
        } else if (value instanceof Double number) {
            text.append(Double.isFinite(number) ? String.format(Locale.ROOT, "%.6f", number) : "null");
        } else if (value == null || value instanceof Number || value instanceof Boolean) {
            text.append(value);
        } else if (value instanceof JsonObject) {
            text.append(value);
        } else {
            text.append(Escaped.json(value.toString()));
        }
    }

    @Override
    public String toString() {
        return text + "}";
    }
}
