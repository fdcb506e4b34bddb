package dev.tributary.core.value;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The address at which a peer is reachable now. Its text form is {@code host:port} for TCP and
 * {@code protocol://host:port} for any other transport protocol. IPv6 addresses are stored without and written with
 * brackets.
 *
 * <p>The host is normalised, so that two notations of one address are equal: an IP address is in the form of
 * {@link IpAddress}, a name in lower case. A name or a zone comes only from the configuration of a node or from its own
 * sockets: peers name {@link #announced} addresses.
 *
 * @param protocol the transport protocol: a letter and up to 15 letters or digits, in lower case
 * @param host an IP address; an IPv6 address with the zone of this machine, as in {@code fe80::1%eth0}; or a name of
 *     letters, digits, hyphens, underscores and dots
 * @param port 0 to 65535; 0 if the peer cannot be dialled, or for any free port to listen on
 */
public record PeerAddress(String protocol, String host, int port) {

    /** The protocol of addresses whose text form names none. */
    public static final String TCP = "tcp";

    /** Maximum number of characters of a peer's text in an error message. */
    private static final int MAX_QUOTED = 64;

    private static final String SEPARATOR = "://";
    private static final Pattern PROTOCOL = Pattern.compile("[a-z][a-z0-9]{0,15}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,255}");
    private static final Pattern NUMBERS = Pattern.compile("[0-9.]*");
    private static final Pattern ZONE = Pattern.compile("[!-~&&[^\\[\\]%@/]]{1,64}");
    private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");

    public PeerAddress {
        if (!PROTOCOL.matcher(protocol).matches()) {
            throw new IllegalArgumentException(
                    "protocol must be a letter and up to 15 letters or digits in lower case, not '" + protocol + "'");
        }
        host = normalised(host);
        Bounds.within("port", port, 0, 65535);
    }

    /** Creates an address of TCP. */
    public PeerAddress(String host, int port) {
        this(TCP, host, port);
    }

    /**
     * Returns an address that a peer names: the IP address of one host, without a zone, and a port above 0. A name is
     * refused, since a peer could make this node send queries to name servers and connections to hosts that it hides
     * behind the name.
     *
     * @throws IllegalArgumentException with the cause if it is not such an address
     */
    public static PeerAddress announced(String protocol, String host, int port) {
        IpAddress ip = IpAddress.parse(host)
                .orElseThrow(() -> new IllegalArgumentException("host must be an IP address, not '"
                        + host.substring(0, Math.min(host.length(), MAX_QUOTED)) + "'"));
        switch (ip.scope()) {
            case UNSPECIFIED, MULTICAST, BROADCAST ->
                throw new IllegalArgumentException("host must be the address of one host, not " + ip);
            case LOOPBACK, LINK_LOCAL, PRIVATE, PUBLIC -> Bounds.within("port", port, 1, 65535);
        }
        return new PeerAddress(protocol, ip.toString(), port);
    }

    /**
     * Parses {@code host:port} or {@code [ipv6]:port}, of TCP or after another {@code protocol://}.
     *
     * @throws IllegalArgumentException with the cause and the allowed form if the text is invalid
     */
    public static PeerAddress parse(String text) {
        int separator = text.indexOf(SEPARATOR);
        String protocol = separator < 0 ? TCP : text.substring(0, separator);
        String hostAndPort = separator < 0 ? text : text.substring(separator + SEPARATOR.length());
        int colon = hostAndPort.lastIndexOf(':');
        String host = colon < 0 ? "" : hostAndPort.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.isEmpty() || host.indexOf(':') >= 0) {
            throw new IllegalArgumentException("'" + text + "' is not an address: use host:port or [ipv6]:port");
        }
        String port = hostAndPort.substring(colon + 1);
        if (!PORT.matcher(port).matches()) {
            throw new IllegalArgumentException("'" + text + "' is not an address: the port must be in 0..65535");
        }
        return new PeerAddress(protocol, host, Integer.parseInt(port));
    }

    private static String normalised(String host) {
        Optional<IpAddress> ip = IpAddress.parse(host);
        if (ip.isPresent()) {
            return ip.get().toString();
        }
        int percent = host.indexOf('%');
        if (percent >= 0) {
            return withZone(host, percent);
        }
        if (!NAME.matcher(host).matches() || NUMBERS.matcher(host).matches()) {
            throw invalid(host);
        }
        return host.toLowerCase(Locale.ROOT);
    }

    private static String withZone(String host, int percent) {
        String zone = host.substring(percent + 1);
        IpAddress ip = IpAddress.parse(host.substring(0, percent))
                .filter(address -> !address.isIpv4() && ZONE.matcher(zone).matches())
                .orElseThrow(() -> invalid(host));
        return ip + "%" + zone;
    }

    private static IllegalArgumentException invalid(String host) {
        return new IllegalArgumentException("host must be an IP address or a name of 1 to 255 letters, digits, hyphens,"
                + " underscores and dots, not '" + host + "'");
    }

    /** Whether the protocol is TCP. */
    public boolean isTcp() {
        return protocol.equals(TCP);
    }

    /** Returns the host as an IP address; empty for a name and for an address with a zone. */
    public Optional<IpAddress> ip() {
        return IpAddress.parse(host);
    }

    @Override
    public String toString() {
        String bracketed = host.indexOf(':') < 0 ? host : "[" + host + "]";
        return (isTcp() ? "" : protocol + SEPARATOR) + bracketed + ":" + port;
    }
}
