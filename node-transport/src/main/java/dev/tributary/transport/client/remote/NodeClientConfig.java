package dev.tributary.transport.client.remote;

import dev.tributary.transport.client.ApiServerConfig;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;

/**
 * Settings of a {@link NodeClient}. Start from {@link #of(URI)}; a value out of range is refused with its name and the
 * range.
 *
 * @param node URL of the node's client API: scheme ws, wss, http or https, host, port, and the path prefix of a reverse
 *     proxy
 * @param deadline deadline of a request
 * @param connectTimeout timeout for establishing a connection
 * @param readTimeout read timeout: a connection without incoming data for this long is closed; nodes ping every 30 s
 * @param maxConnections maximum number of concurrent requests, each on a connection of its own
 * @param maxPending maximum number of requests that wait for a connection
 * @param backoff pauses before a subscription reconnects
 * @param progressListener listener for the progress of large messages
 */
@RecordBuilder
public record NodeClientConfig(
        URI node,
        Duration deadline,
        Duration connectTimeout,
        Duration readTimeout,
        int maxConnections,
        int maxPending,
        Backoff backoff,
        ProgressListener progressListener)
        implements NodeClientConfigBuilder.With {

    private static final Set<String> SCHEMES = Set.of("ws", "wss", "http", "https");
    private static final String COMMAND_PATH = "/v1/contract/command";

    public NodeClientConfig {
        node = validate(node);
        requirePositive("deadline", deadline);
        requirePositive("connectTimeout", connectTimeout);
        requirePositive("readTimeout", readTimeout);
        requireWithin("maxConnections", maxConnections, 1024);
        requireWithin("maxPending", maxPending, 1 << 20);
    }

    /**
     * Returns the default settings for this node. The deadline of 11 min is longer than that of an operation with the
     * largest state in the node, which answers those with small states within a minute; four connections are enough to keep the node busy.
     */
    public static NodeClientConfig of(URI node) {
        return NodeClientConfigBuilder.builder()
                .node(node)
                .deadline(Duration.ofMinutes(11))
                .connectTimeout(Duration.ofSeconds(10))
                .readTimeout(Duration.ofSeconds(90))
                .maxConnections(4)
                .maxPending(1024)
                .backoff(new Backoff(Duration.ofMillis(250), Duration.ofSeconds(10)))
                .progressListener(ProgressListener.NONE)
                .build();
    }

    /** Parses {@code ws://HOST:PORT}; throws {@link IllegalArgumentException} that states what is allowed. */
    public static NodeClientConfig parse(String node) {
        try {
            return of(new URI(node.strip()));
        } catch (URISyntaxException malformed) {
            throw new IllegalArgumentException(
                    "'" + node + "' is not a URL: " + malformed.getReason() + ALLOWED_FORM, malformed);
        }
    }

    private static final String ALLOWED_FORM = "; it must be ws://HOST:PORT, such as ws://127.0.0.1:"
            + ApiServerConfig.DEFAULT_PORT + ", or wss, http, https";

    /** URL of the WebSocket for commands, in the native encoding. */
    URI commandUrl() {
        return resolve(
                COMMAND_PATH + "?encodingProtocol=native", node.getScheme().replaceFirst("^http", "ws"));
    }

    /** URL of one of the node's HTTP pages. */
    URI pageUrl(String path) {
        return resolve(path, node.getScheme().replaceFirst("^ws", "http"));
    }

    private URI resolve(String path, String scheme) {
        String prefix = node.getRawPath() == null ? "" : node.getRawPath().replaceFirst("/+$", "");
        return URI.create(scheme + "://" + node.getRawAuthority() + prefix + path);
    }

    private static URI validate(URI node) {
        String scheme = node.getScheme() == null ? "" : node.getScheme().toLowerCase(Locale.ROOT);
        if (!SCHEMES.contains(scheme) || node.getHost() == null) {
            throw new IllegalArgumentException("'" + node + "' is not a URL of a node" + ALLOWED_FORM);
        }
        if (node.getRawQuery() != null || node.getRawFragment() != null || node.getRawUserInfo() != null) {
            throw new IllegalArgumentException("'" + node
                    + "' has a user, a query or a fragment, which the URL of a node must not have" + ALLOWED_FORM);
        }
        return URI.create(scheme + node.toString().substring(scheme.length()));
    }

    private static void requirePositive(String name, Duration value) {
        if (value.isNegative() || value.isZero() || value.compareTo(Duration.ofDays(365)) > 0) {
            throw new IllegalArgumentException(name + " must be more than zero and at most a year, not " + value);
        }
    }

    private static void requireWithin(String name, int value, int limit) {
        if (value < 1 || value > limit) {
            throw new IllegalArgumentException(name + " must be in 1.." + limit + ", not " + value);
        }
    }

    /**
     * Pauses before a subscription reconnects.
     *
     * @param min pause before the first attempt; doubled for each further attempt
     * @param max maximum pause between attempts
     */
    public record Backoff(Duration min, Duration max) {

        public Backoff {
            requirePositive("backoff.min", min);
            requirePositive("backoff.max", max);
        }
    }
}
