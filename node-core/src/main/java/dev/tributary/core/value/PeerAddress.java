package dev.tributary.core.value;

/** Host and port at which a peer is reachable now. IPv6 addresses are stored without and written with brackets. */
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
     * Parses {@code host:port} or {@code [ipv6]:port}.
     *
     * @throws IllegalArgumentException with the cause and the allowed form if the text is invalid
     */
    public static PeerAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.isEmpty() || host.indexOf(':') >= 0) {
            throw new IllegalArgumentException("'" + text + "' is not an address: use host:port or [ipv6]:port");
        }
        try {
            return new PeerAddress(host, Integer.parseInt(text.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is not an address: the port must be in 0..65535", e);
        }
    }

    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
