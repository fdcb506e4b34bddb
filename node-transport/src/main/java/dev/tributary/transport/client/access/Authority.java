package dev.tributary.transport.client.access;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Host and port as a browser writes them: in a Host header, or after the scheme of an Origin header.
 *
 * @param host in lower case, an IPv6 address with its brackets
 * @param port with its leading colon, or empty
 */
record Authority(String host, String port) {

    /** Parses a Host header; returns null if it is malformed. */
    static @Nullable Authority parse(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        int end = lower.startsWith("[") ? lower.indexOf(']') + 1 : lower.indexOf(':');
        if (end == 0 && !lower.isEmpty()) {
            return null;
        }
        String host = end < 0 ? lower : lower.substring(0, end);
        String port = end < 0 ? "" : lower.substring(end);
        boolean wellFormed =
                host.matches("\\[[0-9a-f:.]+]|[a-z0-9._-]+") && (port.isEmpty() || port.matches(":[0-9]{1,5}"));
        return wellFormed ? new Authority(host, port) : null;
    }

    /** Parses an Origin header of an http or https page; returns null for any other, such as {@code null}. */
    static @Nullable Authority ofOrigin(String origin) {
        String lower = origin.toLowerCase(Locale.ROOT);
        for (String scheme : new String[] {"http://", "https://"}) {
            if (lower.startsWith(scheme)) {
                String rest = lower.substring(scheme.length());
                return parse(rest.endsWith("/") ? rest.substring(0, rest.length() - 1) : rest);
            }
        }
        return null;
    }

    /** Returns the host without the brackets of an IPv6 address. */
    String name() {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }
}
