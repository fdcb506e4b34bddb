package dev.tributary.transport.client.web;

import dev.tributary.core.limit.BoundedMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Remembers the states whose archives were refused, and why: none of them is unpacked again. Thread-safe. */
final class RefusedArchives {

    /** Maximum number of refused states that are remembered. */
    private static final int MAX_REMEMBERED = 1024;

    private final BoundedMap<String, String> reasons = BoundedMap.leastRecentlyUsed(MAX_REMEMBERED);

    /**
     * Returns what the supplier returns, and remembers its refusal.
     *
     * @throws UnusableArchiveException if the state of this digest is refused, or was
     */
    UnpackedApp unlessRefused(String digest, Supplier<UnpackedApp> unpacking) {
        String known = reason(digest);
        if (known != null) {
            throw new UnusableArchiveException(known);
        }
        try {
            return unpacking.get();
        } catch (UnusableArchiveException refusal) {
            remember(digest, String.valueOf(refusal.getMessage()));
            throw refusal;
        }
    }

    private synchronized @Nullable String reason(String digest) {
        return reasons.get(digest);
    }

    private synchronized void remember(String digest, String reason) {
        reasons.put(digest, reason);
    }
}
