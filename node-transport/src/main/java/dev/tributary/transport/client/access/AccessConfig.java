package dev.tributary.transport.client.access;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;
import java.util.List;

/**
 * Access control of the client API: host names, source addresses and tokens.
 *
 * @param allowedHosts additional host names of this node, with or without port, such as those of a reverse proxy
 * @param allowedSources additional source addresses from which the client API may be used
 * @param tokenLifetime lifetime of a web application's token, counted from its issue
 * @param tokenSweepInterval interval at which expired tokens are removed
 * @param maxTokens maximum number of tokens; issuing one more evicts the oldest
 */
@RecordBuilder
public record AccessConfig(
        List<String> allowedHosts,
        List<AddressRange> allowedSources,
        Duration tokenLifetime,
        Duration tokenSweepInterval,
        int maxTokens)
        implements AccessConfigBuilder.With {

    public AccessConfig {
        allowedHosts = List.copyOf(allowedHosts);
        allowedSources = List.copyOf(allowedSources);
        for (String host : allowedHosts) {
            if (Authority.parse(host) == null && AddressRange.parseLiteral(host) == null) {
                throw new IllegalArgumentException("allowedHosts contains '" + host
                        + "', which is not a host name or address, with or without :PORT");
            }
        }
        requirePositive("tokenLifetime", tokenLifetime);
        requirePositive("tokenSweepInterval", tokenSweepInterval);
        if (maxTokens < 1) {
            throw new IllegalArgumentException("maxTokens must be 1 or more, not " + maxTokens);
        }
    }

    /** Lifetime and sweep interval are those of the reference network; a token takes about 200 bytes of memory. */
    public static AccessConfig defaults() {
        return AccessConfigBuilder.builder()
                .allowedHosts(List.of())
                .allowedSources(List.of())
                .tokenLifetime(Duration.ofDays(1))
                .tokenSweepInterval(Duration.ofMinutes(5))
                .maxTokens(65_536)
                .build();
    }

    private static void requirePositive(String name, Duration value) {
        if (value.isNegative() || value.isZero() || value.compareTo(Duration.ofDays(3650)) > 0) {
            throw new IllegalArgumentException(name + " must be more than zero and at most ten years, not " + value);
        }
    }
}
