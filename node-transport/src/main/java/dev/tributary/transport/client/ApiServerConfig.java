package dev.tributary.transport.client;

import dev.tributary.core.value.Bounds;
import dev.tributary.transport.client.access.AccessConfig;
import dev.tributary.transport.client.session.SessionConfig;
import dev.tributary.transport.client.web.WebConfig;
import io.netty.util.NetUtil;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;
import java.util.List;

/**
 * The settings of a {@link ApiServer}. Start from {@link #defaults()}; a value out of its range is refused with its
 * name and the range.
 *
 * @param listen addresses and port to listen on
 * @param version version of this program, as reported to clients
 * @param threads number of event-loop threads; they never block, so more threads than processors gain nothing
 * @param connections limits of connections
 * @param readyNeighbours minimum number of neighbours of a ready node; 0 by default, since the first node has none
 * @param access access control: hosts, sources and tokens
 * @param sessions limits of sessions
 * @param web configuration of web applications
 */
@RecordBuilder
public record ApiServerConfig(
        Listen listen,
        String version,
        int threads,
        ConnectionLimits connections,
        int readyNeighbours,
        AccessConfig access,
        SessionConfig sessions,
        WebConfig web)
        implements ApiServerConfigBuilder.With {

    /** Port of the client API that clients try by default. */
    public static final int DEFAULT_PORT = 7509;

    public ApiServerConfig {
        Bounds.within("threads", threads, 1, 1024);
        Bounds.within("readyNeighbours", readyNeighbours, 0, 1 << 20);
    }

    /** Loopback addresses, port 7509, and limits for the applications of a single user. */
    public static ApiServerConfig defaults() {
        return ApiServerConfigBuilder.builder()
                .listen(Listen.defaults())
                .version("0.1.0")
                .threads(Runtime.getRuntime().availableProcessors())
                .connections(ConnectionLimits.defaults())
                .readyNeighbours(0)
                .access(AccessConfig.defaults())
                .sessions(SessionConfig.defaults())
                .web(WebConfig.defaults())
                .build();
    }

    /**
     * Addresses and port to listen on.
     *
     * @param addresses IP addresses to listen on; the first must be available, the others are optional
     * @param port the port on all addresses; 0 takes any free port
     */
    @RecordBuilder
    public record Listen(List<String> addresses, int port) implements ApiServerConfigListenBuilder.With {

        public Listen {
            addresses = List.copyOf(addresses);
            if (addresses.isEmpty()) {
                throw new IllegalArgumentException("addresses must have at least one address");
            }
            for (String address : addresses) {
                if (!NetUtil.isValidIpV4Address(address) && !NetUtil.isValidIpV6Address(address)) {
                    throw new IllegalArgumentException("addresses has '" + address + "', which is not an IP address");
                }
            }
            Bounds.within("port", port, 0, 65_535);
        }

        public static Listen defaults() {
            return new Listen(List.of("127.0.0.1", "::1"), DEFAULT_PORT);
        }
    }

    /**
     * Limits of connections.
     *
     * @param max maximum number of open connections; further ones are closed immediately
     * @param requestTimeout timeout of receiving a request
     * @param idleTimeout how long a connection without a session may stay idle before its next request
     * @param closeTimeout how long the server waits for sessions to close when it closes
     */
    @RecordBuilder
    public record ConnectionLimits(int max, Duration requestTimeout, Duration idleTimeout, Duration closeTimeout)
            implements ApiServerConfigConnectionLimitsBuilder.With {

        public ConnectionLimits {
            Bounds.within("connections.max", max, 1, 1 << 20);
            within("connections.requestTimeout", requestTimeout);
            within("connections.idleTimeout", idleTimeout);
            within("connections.closeTimeout", closeTimeout);
        }

        public static ConnectionLimits defaults() {
            return ApiServerConfigConnectionLimitsBuilder.builder()
                    .max(4096)
                    .requestTimeout(Duration.ofSeconds(10))
                    .idleTimeout(Duration.ofSeconds(60))
                    .closeTimeout(Duration.ofSeconds(2))
                    .build();
        }

        private static void within(String name, Duration value) {
            if (value.compareTo(Duration.ofMillis(10)) < 0 || value.compareTo(Duration.ofHours(1)) > 0) {
                throw new IllegalArgumentException(name + " must be in 10 ms..1 h, not " + value.toMillis() + " ms");
            }
        }
    }
}
