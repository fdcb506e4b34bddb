package dev.tributary.app.config;

import dev.tributary.transport.client.ApiServerConfig;
import dev.tributary.transport.client.access.AccessConfig;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.function.UnaryOperator;

/**
 * Whether and how the node serves applications.
 *
 * @param enabled whether applications are served
 * @param server addresses, port and limits of the client API
 */
@RecordBuilder
public record ClientConfig(boolean enabled, ApiServerConfig server) implements ClientConfigBuilder.With {

    private static final String OFF = "off";

    /** Serves applications on this machine, on the default port. */
    static ClientConfig defaults() {
        return new ClientConfig(true, ApiServerConfig.defaults());
    }

    String port() {
        return enabled ? Integer.toString(server.listen().port()) : OFF;
    }

    /** Parses a port number, or {@code off} to serve no applications. */
    ClientConfig withPort(String text) {
        if (text.strip().equals(OFF)) {
            return withEnabled(false);
        }
        try {
            return new ClientConfig(true, server.withListen(server.listen().withPort(Integer.parseInt(text.strip()))));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("must be a port, 0 for any free one, or 'off'", e);
        }
    }

    ClientConfig withServer(UnaryOperator<ApiServerConfig> change) {
        return withServer(change.apply(server));
    }

    ClientConfig withAccess(UnaryOperator<AccessConfig> change) {
        return withServer(it -> it.withAccess(change.apply(it.access())));
    }
}
