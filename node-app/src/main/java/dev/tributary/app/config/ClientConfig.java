package dev.tributary.app.config;

import dev.tributary.transport.client.ApiServerConfig;
import dev.tributary.transport.client.access.AccessConfig;
import java.util.function.UnaryOperator;

/**
 * Whether and how the node serves applications.
 *
 * @param open whether applications are served
 * @param door addresses, port and limits of the client API
 */
public record ClientConfig(boolean open, ApiServerConfig door) {

    private static final String OFF = "off";

    /** Serves applications on this machine, on the default port. */
    static ClientConfig defaults() {
        return new ClientConfig(true, ApiServerConfig.defaults());
    }

    String port() {
        return open ? Integer.toString(door.port()) : OFF;
    }

    /** Parses a port number, or {@code off} to serve no applications. */
    ClientConfig withPort(String text) {
        if (text.strip().equals(OFF)) {
            return new ClientConfig(false, door);
        }
        try {
            return new ClientConfig(true, door.withListen(door.addresses(), Integer.parseInt(text.strip())));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("must be a port, 0 for any free one, or 'off'", e);
        }
    }

    ClientConfig withDoor(UnaryOperator<ApiServerConfig> change) {
        return new ClientConfig(open, change.apply(door));
    }

    ClientConfig withAccess(UnaryOperator<AccessConfig> change) {
        return withDoor(it -> it.withAccess(change.apply(it.access())));
    }
}
