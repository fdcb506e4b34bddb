package dev.tributary.transport.client;

import dev.tributary.core.value.Bounds;
import dev.tributary.transport.client.access.AccessConfig;
import dev.tributary.transport.client.session.SessionConfig;
import dev.tributary.transport.client.web.WebConfig;
import io.netty.util.NetUtil;
import java.time.Duration;
import java.util.List;

/**
 * The settings of a {@link ApiServer}. Start from {@link #defaults()}; a value out of its range is refused with its
 * name and the range.
 *
 * @param addresses IP addresses to listen on; the first must be available, the others are optional
 * @param port the port on all addresses; 0 takes any free port
 * @param version version of this program, as reported to clients
 * @param threads number of event-loop threads; they never block, so more threads than processors gain nothing
 * @param maxConnections maximum number of open connections; further ones are closed immediately
 * @param requestTimeout timeout of receiving a request
 * @param idleTimeout how long a connection without a session may stay idle before its next request
 * @param closeTimeout how long the server waits for sessions to close when it closes
 * @param readyNeighbours minimum number of neighbours of a ready node; 0 by default, since the first node has none
 * @param access access control: hosts, sources and tokens
 * @param sessions limits of sessions
 * @param web configuration of web applications
 */
public record ApiServerConfig(
        List<String> addresses,
        int port,
        String version,
        int threads,
        int maxConnections,
        Duration requestTimeout,
        Duration idleTimeout,
        Duration closeTimeout,
        int readyNeighbours,
        AccessConfig access,
        SessionConfig sessions,
        WebConfig web) {

    /** Port of the client API that clients try by default. */
    public static final int DEFAULT_PORT = 7509;

    private static final ApiServerConfig DEFAULTS = new ApiServerConfig(
            List.of("127.0.0.1", "::1"),
            DEFAULT_PORT,
            "0.1.0",
            Runtime.getRuntime().availableProcessors(),
            4096,
            Duration.ofSeconds(10),
            Duration.ofSeconds(60),
            Duration.ofSeconds(2),
            0,
            AccessConfig.DEFAULT,
            SessionConfig.DEFAULT,
            WebConfig.defaults());

    public ApiServerConfig {
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
        Bounds.within("threads", threads, 1, 1024);
        Bounds.within("maxConnections", maxConnections, 1, 1 << 20);
        Bounds.within("readyNeighbours", readyNeighbours, 0, 1 << 20);
        within("requestLimit", requestTimeout);
        within("idleLimit", idleTimeout);
        within("closeLimit", closeTimeout);
    }

    /** Loopback addresses, port 7509, and limits for the applications of a single user. */
    public static ApiServerConfig defaults() {
        return DEFAULTS;
    }

    /** Sets the addresses and the port to listen on. */
    public ApiServerConfig withListen(List<String> addresses, int port) {
        return copy(addresses, port, version, maxConnections, readyNeighbours, access, sessions, web);
    }

    public ApiServerConfig withVersion(String version) {
        return copy(addresses, port, version, maxConnections, readyNeighbours, access, sessions, web);
    }

    public ApiServerConfig withMaxConnections(int connections) {
        return copy(addresses, port, version, connections, readyNeighbours, access, sessions, web);
    }

    public ApiServerConfig withReadyNeighbours(int neighbours) {
        return copy(addresses, port, version, maxConnections, neighbours, access, sessions, web);
    }

    public ApiServerConfig withAccess(AccessConfig access) {
        return copy(addresses, port, version, maxConnections, readyNeighbours, access, sessions, web);
    }

    public ApiServerConfig withSessions(SessionConfig sessions) {
        return copy(addresses, port, version, maxConnections, readyNeighbours, access, sessions, web);
    }

    public ApiServerConfig withWeb(WebConfig web) {
        return copy(addresses, port, version, maxConnections, readyNeighbours, access, sessions, web);
    }

    /** Sets the timeout of receiving a request and the idle timeout between requests. */
    public ApiServerConfig withTimeouts(Duration requestLimit, Duration idleLimit) {
        return new ApiServerConfig(
                addresses,
                port,
                version,
                threads,
                maxConnections,
                requestLimit,
                idleLimit,
                closeTimeout,
                readyNeighbours,
                access,
                sessions,
                web);
    }

    private ApiServerConfig copy(
            List<String> addresses,
            int port,
            String version,
            int connections,
            int readyNeighbours,
            AccessConfig access,
            SessionConfig sessions,
            WebConfig web) {
        return new ApiServerConfig(
                addresses,
                port,
                version,
                threads,
                connections,
                requestTimeout,
                idleTimeout,
                closeTimeout,
                readyNeighbours,
                access,
                sessions,
                web);
    }

    private static void within(String name, Duration value) {
        if (value.compareTo(Duration.ofMillis(10)) < 0 || value.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException(name + " must be in 10 ms..1 h, not " + value.toMillis() + " ms");
        }
    }
}
