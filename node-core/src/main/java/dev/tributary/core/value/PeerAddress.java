package dev.tributary.core.value;

/** Where to reach a peer now. An IPv6 address is kept without brackets and written with them. */
public record PeerAddress(String host, int port) {

    public PeerAddress {
        if (host.isBlank() || host.length() > 255) {
            throw new IllegalArgumentException("host must have 1 to 255 characters, not '" + host + "'");
        }
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port must be in 0..65535, not " + port);
        }
    }

    /**
     * Reads {@code host:port} or {@code [ipv6]:port}.
     *
     * @throws IllegalArgumentException that says what is wrong and what is allowed
     */
    public static PeerAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.isEmpty() || host.indexOf(':') >= 0) {
            throw new IllegalArgumentException("'" + text + "' is no address: use host:port or [ipv6]:port");
        }
        try {
            return new PeerAddress(host, Integer.parseInt(text.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is no address: the port must be in 0..65535", e);
        }
    }

    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
