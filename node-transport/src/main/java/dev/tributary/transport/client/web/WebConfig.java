package dev.tributary.transport.client.web;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Configuration of web applications and their disk cache.
 *
 * @param directory directory of the cache; created on demand, may be deleted while no node runs
 * @param cacheBytes size of the cache; beyond it the least recently used application is evicted
 * @param minRetention applications used within this time are not evicted
 * @param unpackedBytes maximum size of one unpacked application
 * @param maxEntries maximum number of files and directories of an application
 * @param pageBytes maximum size of a page or script that the server rewrites
 * @param refreshInterval maximum age of the last fetch before a newer version is fetched
 * @param fetchTimeout timeout of fetching an application
 * @param maxConcurrentUnpackings maximum number of concurrent unpackings; each takes up to 72 MiB of memory besides its state
 */
public record WebConfig(
        Path directory,
        long cacheBytes,
        Duration minRetention,
        long unpackedBytes,
        int maxEntries,
        int pageBytes,
        Duration refreshInterval,
        Duration fetchTimeout,
        int maxConcurrentUnpackings) {

    private static final int MIB = 1 << 20;

    public WebConfig {
        atLeast("cacheBytes", cacheBytes, 0);
        atLeast("unpackedBytes", unpackedBytes, 1);
        atLeast("entries", maxEntries, 1);
        atLeast("pageBytes", pageBytes, 1);
        atLeast("keep in ms", minRetention.toMillis(), 0);
        atLeast("refresh in ms", refreshInterval.toMillis(), 0);
        atLeast("fetchLimit in ms", fetchTimeout.toMillis(), 1);
        atLeast("unpacking", maxConcurrentUnpackings, 1);
    }

    /** A directory below the system's temporary directory, and limits for the applications of a single user. */
    public static WebConfig defaults() {
        return in(Path.of(System.getProperty("java.io.tmpdir"), "tributary-web-" + System.getProperty("user.name")));
    }

    /** The default limits with this cache directory. */
    public static WebConfig in(Path directory) {
        return new WebConfig(
                directory,
                64 * MIB,
                Duration.ofSeconds(120),
                128 * MIB,
                10_000,
                16 * MIB,
                Duration.ofSeconds(30),
                Duration.ofSeconds(30),
                2);
    }

    /** Sets the size of the cache and the minimum retention of an application. */
    public WebConfig withCache(long bytes, Duration keep) {
        return new WebConfig(
                directory,
                bytes,
                keep,
                unpackedBytes,
                maxEntries,
                pageBytes,
                refreshInterval,
                fetchTimeout,
                maxConcurrentUnpackings);
    }

    /** Sets the maximum size and number of files of an application. */
    public WebConfig withLimits(long unpackedBytes, int entries) {
        return new WebConfig(
                directory,
                cacheBytes,
                minRetention,
                unpackedBytes,
                entries,
                pageBytes,
                refreshInterval,
                fetchTimeout,
                maxConcurrentUnpackings);
    }

    /** Sets the refresh interval and the timeout of a fetch. */
    public WebConfig withRefresh(Duration refresh, Duration fetchLimit) {
        return new WebConfig(
                directory,
                cacheBytes,
                minRetention,
                unpackedBytes,
                maxEntries,
                pageBytes,
                refresh,
                fetchLimit,
                maxConcurrentUnpackings);
    }

    private static void atLeast(String name, long value, long minimum) {
        if (value < minimum) {
            throw new IllegalArgumentException(name + " must be " + minimum + " or more, not " + value);
        }
    }
}
