package dev.tributary.app.config;

import dev.tributary.transport.client.ClientDoorConfig;
import dev.tributary.transport.client.access.AccessConfig;
import java.util.function.UnaryOperator;

/**
 * Whether and how the node serves applications.
 *
 * @param open whether it does at all
 * @param door how, if it does
 */
public record ClientConfig(boolean open, ClientDoorConfig door) {

    private static final String OFF = "off";

    /** Applications on this machine, where they look for a node. */
    static ClientConfig defaults() {
        return new ClientConfig(true, ClientDoorConfig.defaults());
    }

    String port() {
        return open ? Integer.toString(door.port()) : OFF;
    }

    /** A port, or none. */
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

    ClientConfig withDoor(UnaryOperator<ClientDoorConfig> change) {
        return new ClientConfig(open, change.apply(door));
    }

    ClientConfig withAccess(UnaryOperator<AccessConfig> change) {
        return withDoor(it -> it.withAccess(change.apply(it.access())));
    }
}
