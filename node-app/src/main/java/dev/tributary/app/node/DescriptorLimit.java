package dev.tributary.app.node;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.tributary.app.config.AppConfig;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compares the number of files that the system lets this process open with what its limits of connections need. */
final class DescriptorLimit {

    private static final Logger log = LoggerFactory.getLogger(DescriptorLimit.class);

    /** Number of descriptors for all but connections: classes, the store, files that are being read or sent. */
    private static final int OTHER_FILES = 256;

    private DescriptorLimit() {}

    /** Logs a warning if the system allows too few. Windows has no such limit. */
    static void check(AppConfig config) {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            shortfall(system.getMaxFileDescriptorCount(), config).ifPresent(log::warn);
        }
    }

    /** Returns the warning for this number of descriptors; empty if they are enough. */
    static Optional<String> shortfall(long allowed, AppConfig config) {
        int links = config.transport().links().max();
        int clients = config.clients().enabled()
                ? config.clients().server().connections().max()
                : 0;
        long needed = (long) links + clients + OTHER_FILES;
        return allowed >= needed
                ? Optional.empty()
                : Optional.of("file descriptors too few allowed=" + allowed + " needed=" + needed + ": " + links
                        + " links (links.limit), " + clients + " client connections and " + OTHER_FILES
                        + " others; connections beyond are refused. Raise the limit (ulimit -n, LimitNOFILE) or lower"
                        + " links.limit");
    }
}
