package dev.tributary.app.contract;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flag for the version of a state whose highest version wins. The default is the one after the previous version. */
final class VersionOption {

    @Option(
            names = "--version",
            paramLabel = "N",
            description = "version, 1 or more (default: the previous version plus one)")
    private @Nullable Long version;

    /** Refuses a version that is given and not in 1 to {@code max}. */
    void check(OfflineCommand command, long max) {
        if (version != null && (version < 1 || version > max)) {
            String allowed = max == Long.MAX_VALUE ? "1 or more" : "1 to " + max;
            throw command.wrongUsage("--version = '" + version + "': must be " + allowed);
        }
    }

    /** The version that is given, or else the one after the previous version. */
    long after(long previous, long max) {
        if (version == null && previous >= max) {
            throw new UnusableInputException("no version follows " + max);
        }
        return version == null ? previous + 1 : version;
    }
}
