package dev.tributary.transport.client.web;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Configuration of web applications and their disk cache.
 *
 * @param cache the disk cache
 * @param archives limits of unpacked applications
 * @param refreshInterval maximum age of the last fetch before a newer version is fetched
 * @param fetchTimeout timeout of fetching an application
 */
@RecordBuilder
public record WebConfig(Cache cache, ArchiveLimits archives, Duration refreshInterval, Duration fetchTimeout)
        implements WebConfigBuilder.With {

    private static final int MIB = 1 << 20;

    public WebConfig {
        atLeast("refreshInterval in ms", refreshInterval.toMillis(), 0);
        atLeast("fetchTimeout in ms", fetchTimeout.toMillis(), 1);
    }

    /** A directory below the system's temporary directory, and limits for the applications of a single user. */
    public static WebConfig defaults() {
        return in(Path.of(System.getProperty("java.io.tmpdir"), "tributary-web-" + System.getProperty("user.name")));
    }

    /** The default limits with this cache directory. */
    public static WebConfig in(Path directory) {
        return WebConfigBuilder.builder()
                .cache(Cache.in(directory))
                .archives(ArchiveLimits.defaults())
                .refreshInterval(Duration.ofSeconds(30))
                .fetchTimeout(Duration.ofSeconds(30))
                .build();
    }

    private static void atLeast(String name, long value, long minimum) {
        if (value < minimum) {
            throw new IllegalArgumentException(name + " must be " + minimum + " or more, not " + value);
        }
    }

    /**
     * The disk cache of unpacked applications.
     *
     * @param directory directory of the cache; created on demand, may be deleted while no node runs
     * @param bytes size of the cache; beyond it the least recently used application is evicted
     * @param minRetention applications used within this time are not evicted
     */
    @RecordBuilder
    public record Cache(Path directory, long bytes, Duration minRetention) implements WebConfigCacheBuilder.With {

        public Cache {
            atLeast("cache.bytes", bytes, 0);
            atLeast("cache.minRetention in ms", minRetention.toMillis(), 0);
        }

        /** The default limits with this directory. */
        public static Cache in(Path directory) {
            return new Cache(directory, 64 * MIB, Duration.ofMinutes(2));
        }
    }

    /**
     * Limits of unpacked applications.
     *
     * @param unpackedBytes maximum size of one unpacked application
     * @param maxEntries maximum number of files and directories of an application
     * @param pageBytes maximum size of a page or script that the server rewrites
     * @param maxConcurrentUnpackings maximum number of concurrent unpackings; each takes up to 72 MiB of memory besides
     *     its state
     */
    @RecordBuilder
    public record ArchiveLimits(long unpackedBytes, int maxEntries, int pageBytes, int maxConcurrentUnpackings)
            implements WebConfigArchiveLimitsBuilder.With {

        public ArchiveLimits {
            atLeast("archives.unpackedBytes", unpackedBytes, 1);
            atLeast("archives.maxEntries", maxEntries, 1);
            atLeast("archives.pageBytes", pageBytes, 1);
            atLeast("archives.maxConcurrentUnpackings", maxConcurrentUnpackings, 1);
        }

        public static ArchiveLimits defaults() {
            return WebConfigArchiveLimitsBuilder.builder()
                    .unpackedBytes(128 * MIB)
                    .maxEntries(20_000)
                    .pageBytes(16 * MIB)
                    .maxConcurrentUnpackings(2)
                    .build();
        }
    }
}
