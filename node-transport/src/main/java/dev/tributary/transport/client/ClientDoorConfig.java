package dev.tributary.transport.client;

import dev.tributary.core.value.Bounds;
import dev.tributary.transport.client.access.AccessConfig;
import dev.tributary.transport.client.session.SessionConfig;
import dev.tributary.transport.client.web.WebConfig;
import io.netty.util.NetUtil;
import java.time.Duration;
import java.util.List;

/**
 * The settings of a {@link ClientDoor}. Start from {@link #defaults()}; a value out of its range is refused with its name
 * and the range.
 *
 * @param addresses where to listen, as IP addresses; the first must be free, the others are welcome
 * @param port the same for all of them; 0 takes any free one
 * @param version of this program, as clients are told
 * @param threads event-loop threads; they never wait, so more than processors bring nothing
 * @param connections connections at once; one more is closed at once
 * @param requestLimit how long a client may take to say what it wants
 * @param idleLimit how long a connection without a session may wait for its next request
 * @param closeLimit how long sessions have to take their leave when the door closes
 * @param readyNeighbours with how many neighbours the node is called ready; none by default, as the first node has none
 * @param access who may use the door
 * @param sessions what one session may take
 * @param web how web applications are kept
 */
public record ClientDoorConfig(
        List<String> addresses,
        int port,
        String version,
        int threads,
        int connections,
        Duration requestLimit,
        Duration idleLimit,
        Duration closeLimit,
        int readyNeighbours,
        AccessConfig access,
        SessionConfig sessions,
        WebConfig web) {

    /** Where clients look for a node. */
    public static final int DEFAULT_PORT = 7509;

    private static final ClientDoorConfig DEFAULTS = new ClientDoorConfig(
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

    public ClientDoorConfig {
        addresses = List.copyOf(addresses);
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("addresses must have one at least");
        }
        for (String address : addresses) {
            if (!NetUtil.isValidIpV4Address(address) && !NetUtil.isValidIpV6Address(address)) {
                throw new IllegalArgumentException("addresses has '" + address + "', which is no IP address");
            }
        }
        Bounds.within("port", port, 0, 65_535);
        Bounds.within("threads", threads, 1, 1024);
        Bounds.within("connections", connections, 1, 1 << 20);
        Bounds.within("readyNeighbours", readyNeighbours, 0, 1 << 20);
        within("requestLimit", requestLimit);
        within("idleLimit", idleLimit);
        within("closeLimit", closeLimit);
    }

    /** The loopback addresses and port 7509, and limits that suit the applications of one person. */
    public static ClientDoorConfig defaults() {
        return DEFAULTS;
    }

    /** Sets where to listen. */
    public ClientDoorConfig withListen(List<String> addresses, int port) {
        return copy(addresses, port, version, connections, readyNeighbours, access, sessions, web);
    }

    public ClientDoorConfig withVersion(String version) {
        return copy(addresses, port, version, connections, readyNeighbours, access, sessions, web);
    }

    public ClientDoorConfig withConnections(int connections) {
        return copy(addresses, port, version, connections, readyNeighbours, access, sessions, web);
    }

    public ClientDoorConfig withReadyNeighbours(int neighbours) {
        return copy(addresses, port, version, connections, neighbours, access, sessions, web);
    }

    public ClientDoorConfig withAccess(AccessConfig access) {
        return copy(addresses, port, version, connections, readyNeighbours, access, sessions, web);
    }

    public ClientDoorConfig withSessions(SessionConfig sessions) {
        return copy(addresses, port, version, connections, readyNeighbours, access, sessions, web);
    }

    public ClientDoorConfig withWeb(WebConfig web) {
        return copy(addresses, port, version, connections, readyNeighbours, access, sessions, web);
    }

    /** Sets how long connections may wait: for the words of a request, and between requests. */
    public ClientDoorConfig withPatience(Duration requestLimit, Duration idleLimit) {
        return new ClientDoorConfig(
                addresses,
                port,
                version,
                threads,
                connections,
                requestLimit,
                idleLimit,
                closeLimit,
                readyNeighbours,
                access,
                sessions,
                web);
    }

    private ClientDoorConfig copy(
            List<String> addresses,
            int port,
            String version,
            int connections,
            int readyNeighbours,
            AccessConfig access,
            SessionConfig sessions,
            WebConfig web) {
        return new ClientDoorConfig(
                addresses,
                port,
                version,
                threads,
                connections,
                requestLimit,
                idleLimit,
                closeLimit,
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
