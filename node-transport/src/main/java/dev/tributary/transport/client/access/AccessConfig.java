package dev.tributary.transport.client.access;

import java.time.Duration;
import java.util.List;

/**
 * Who may use the door.
 *
 * @param allowedHosts further names of the door, as web pages call it, with or without port: those of a reverse proxy
 * @param allowedSources further addresses from where it may be used
 * @param tokenLife how long a web application's token is valid after its issue
 * @param tokenSweep how often spent tokens are removed
 * @param tokens how many tokens there are at once; one more displaces the oldest
 */
public record AccessConfig(
        List<String> allowedHosts,
        List<AddressRange> allowedSources,
        Duration tokenLife,
        Duration tokenSweep,
        int tokens) {

    /** A day and five minutes are the network's; a token is about 200 bytes. */
    public static final AccessConfig DEFAULT =
            new AccessConfig(List.of(), List.of(), Duration.ofDays(1), Duration.ofMinutes(5), 65_536);

    public AccessConfig {
        allowedHosts = List.copyOf(allowedHosts);
        allowedSources = List.copyOf(allowedSources);
        for (String host : allowedHosts) {
            if (Authority.parse(host) == null && AddressRange.literal(host) == null) {
                throw new IllegalArgumentException(
                        "allowedHosts has '" + host + "', which is no name or address, with or without :PORT");
            }
        }
        positive("tokenLife", tokenLife);
        positive("tokenSweep", tokenSweep);
        if (tokens < 1) {
            throw new IllegalArgumentException("tokens must be 1 or more, not " + tokens);
        }
    }

    public AccessConfig withAllowedHosts(List<String> hosts) {
        return new AccessConfig(hosts, allowedSources, tokenLife, tokenSweep, tokens);
    }

    public AccessConfig withAllowedSources(List<AddressRange> ranges) {
        return new AccessConfig(allowedHosts, ranges, tokenLife, tokenSweep, tokens);
    }

    /** Sets how long tokens live, and how often spent ones are removed. */
    public AccessConfig withTokenLife(Duration life, Duration sweep) {
        return new AccessConfig(allowedHosts, allowedSources, life, sweep, tokens);
    }

    private static void positive(String name, Duration value) {
        if (value.isNegative() || value.isZero() || value.compareTo(Duration.ofDays(3650)) > 0) {
            throw new IllegalArgumentException(name + " must be more than zero and at most ten years, not " + value);
        }
    }
}
