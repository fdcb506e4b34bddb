package dev.tributary.transport.client.remote;

import dev.tributary.transport.client.ClientDoorConfig;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;

/**
 * The settings of a {@link NodeClient}. Start from {@link #of(URI)}; a value out of its range is refused with its name and
 * the range.
 *
 * @param node where the node's client door is: scheme ws, wss, http or https, host, port, and whatever path a reverse proxy
 *     puts in front
 * @param deadline how long a request may take in all
 * @param connectLimit how long a connection may take to stand
 * @param silenceLimit a connection on which nothing was heard for this long is given up; nodes ping every 30 s
 * @param connections how many requests are under way at once: each has a connection for itself
 * @param waiting how many more may wait for one of them
 * @param firstBackoff how long a subscription waits before it connects again; twice as long each further time
 * @param lastBackoff and at most this long
 */
public record NodeClientConfig(
        URI node,
        Duration deadline,
        Duration connectLimit,
        Duration silenceLimit,
        int connections,
        int waiting,
        Duration firstBackoff,
        Duration lastBackoff,
        TransferListener transfers) {

    private static final Set<String> SCHEMES = Set.of("ws", "wss", "http", "https");
    private static final String COMMANDS = "/v1/contract/command";

    public NodeClientConfig {
        node = checked(node);
        positive("deadline", deadline);
        positive("connectLimit", connectLimit);
        positive("silenceLimit", silenceLimit);
        positive("firstBackoff", firstBackoff);
        positive("lastBackoff", lastBackoff);
        within("connections", connections, 1024);
        within("waiting", waiting, 1 << 20);
    }

    /**
     * A client of this node. A minute and a quarter is more than the node itself takes to give up; four connections keep it
     * busy.
     */
    public static NodeClientConfig of(URI node) {
        return new NodeClientConfig(
                node,
                Duration.ofSeconds(75),
                Duration.ofSeconds(10),
                Duration.ofSeconds(90),
                4,
                1024,
                Duration.ofMillis(250),
                Duration.ofSeconds(10),
                TransferListener.NONE);
    }

    /** Reads {@code ws://HOST:PORT}; throws {@link IllegalArgumentException} that says what is allowed. */
    public static NodeClientConfig parse(String node) {
        try {
            return of(new URI(node.strip()));
        } catch (URISyntaxException wrong) {
            throw new IllegalArgumentException("'" + node + "' is no URL: " + wrong.getReason() + FORM, wrong);
        }
    }

    private static final String FORM = "; it must be ws://HOST:PORT, such as ws://127.0.0.1:"
            + ClientDoorConfig.DEFAULT_PORT + ", or wss, http, https";

    public NodeClientConfig withDeadline(Duration changed) {
        return new NodeClientConfig(
                node, changed, connectLimit, silenceLimit, connections, waiting, firstBackoff, lastBackoff, transfers);
    }

    /** Sets how long a connection may take to stand, and how long it may be silent. */
    public NodeClientConfig withPatience(Duration connect, Duration silence) {
        return new NodeClientConfig(
                node, deadline, connect, silence, connections, waiting, firstBackoff, lastBackoff, transfers);
    }

    /** Sets how many requests are under way at once, and how many more may wait. */
    public NodeClientConfig withRequests(int atOnce, int more) {
        return new NodeClientConfig(
                node, deadline, connectLimit, silenceLimit, atOnce, more, firstBackoff, lastBackoff, transfers);
    }

    /** Sets how long a subscription waits before it connects again, first and at most. */
    public NodeClientConfig withBackoff(Duration first, Duration last) {
        return new NodeClientConfig(
                node, deadline, connectLimit, silenceLimit, connections, waiting, first, last, transfers);
    }

    public NodeClientConfig withTransfers(TransferListener listener) {
        return new NodeClientConfig(
                node, deadline, connectLimit, silenceLimit, connections, waiting, firstBackoff, lastBackoff, listener);
    }

    /** Where commands go: natively encoded, over a WebSocket. */
    URI commands() {
        return below(COMMANDS + "?encodingProtocol=native", node.getScheme().replaceFirst("^http", "ws"));
    }

    /** The address of one of the node's pages. */
    URI page(String path) {
        return below(path, node.getScheme().replaceFirst("^ws", "http"));
    }

    private URI below(String path, String scheme) {
        String prefix = node.getRawPath() == null ? "" : node.getRawPath().replaceFirst("/+$", "");
        return URI.create(scheme + "://" + node.getRawAuthority() + prefix + path);
    }

    private static URI checked(URI node) {
        String scheme = node.getScheme() == null ? "" : node.getScheme().toLowerCase(Locale.ROOT);
        if (!SCHEMES.contains(scheme) || node.getHost() == null) {
            throw new IllegalArgumentException("'" + node + "' is no address of a node" + FORM);
        }
        if (node.getRawQuery() != null || node.getRawFragment() != null || node.getRawUserInfo() != null) {
            throw new IllegalArgumentException(
                    "'" + node + "' has a user, a query or a fragment, which the address of a node has not" + FORM);
        }
        return URI.create(scheme + node.toString().substring(scheme.length()));
    }

    private static void positive(String name, Duration value) {
        if (value.isNegative() || value.isZero() || value.compareTo(Duration.ofDays(365)) > 0) {
            throw new IllegalArgumentException(name + " must be more than zero and at most a year, not " + value);
        }
    }

    private static void within(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(name + " must be in 1.." + most + ", not " + value);
        }
    }
}
