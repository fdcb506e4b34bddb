package dev.tributary.transport.client.web;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How web applications are kept.
 *
 * @param directory where they are unpacked; it is made when it is needed, and may be removed while no node runs
 * @param cacheBytes how many bytes are kept there; beyond them the application that was used longest ago goes
 * @param keep an application that was used within this time is kept in any case
 * @param unpackedBytes how large one application may be when it is unpacked
 * @param entries how many files and directories it may have
 * @param pageBytes how large a page or script may be that is changed on its way
 * @param refresh how long an application is shown before anybody looks for a newer one
 * @param fetchLimit how long a browser waits for an application that must be fetched
 * @param unpacking how many are unpacked at once; each takes up to 72 MiB of memory besides its state
 */
public record WebConfig(
        Path directory,
        long cacheBytes,
        Duration keep,
        long unpackedBytes,
        int entries,
        int pageBytes,
        Duration refresh,
        Duration fetchLimit,
        int unpacking) {

    private static final int MIB = 1 << 20;

    public WebConfig {
        atLeast("cacheBytes", cacheBytes, 0);
        atLeast("unpackedBytes", unpackedBytes, 1);
        atLeast("entries", entries, 1);
        atLeast("pageBytes", pageBytes, 1);
        atLeast("keep in ms", keep.toMillis(), 0);
        atLeast("refresh in ms", refresh.toMillis(), 0);
        atLeast("fetchLimit in ms", fetchLimit.toMillis(), 1);
        atLeast("unpacking", unpacking, 1);
    }

    /** A directory of the machine's for what is temporary, and limits that suit the applications of one person. */
    public static WebConfig defaults() {
        return in(Path.of(System.getProperty("java.io.tmpdir"), "tributary-web-" + System.getProperty("user.name")));
    }

    /** The same in a directory of one's own. */
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

    /** Sets how many bytes are kept, and how long in any case. */
    public WebConfig withCache(long bytes, Duration keep) {
        return new WebConfig(directory, bytes, keep, unpackedBytes, entries, pageBytes, refresh, fetchLimit, unpacking);
    }

    /** Sets how large an application may be. */
    public WebConfig withLimits(long unpackedBytes, int entries) {
        return new WebConfig(
                directory, cacheBytes, keep, unpackedBytes, entries, pageBytes, refresh, fetchLimit, unpacking);
    }

    /** Sets when newer ones are looked for, and how long that may take. */
    public WebConfig withRefresh(Duration refresh, Duration fetchLimit) {
        return new WebConfig(
                directory, cacheBytes, keep, unpackedBytes, entries, pageBytes, refresh, fetchLimit, unpacking);
    }

    private static void atLeast(String name, long value, long least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " must be " + least + " or more, not " + value);
        }
    }
}
