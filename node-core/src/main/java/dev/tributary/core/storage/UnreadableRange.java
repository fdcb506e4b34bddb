package dev.tributary.core.storage;

import dev.tributary.core.value.ContractInstanceId;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Part of a store's index that cannot be read. Which contracts stand in it is unknown, but for the limits of their ids, which
 * are ordered by unsigned bytes.
 *
 * @param from the first id that may stand in it; null if it begins with the smallest one
 * @param before the id before which it ends; null if it ends with the largest one
 * @param reason why it cannot be read
 */
public record UnreadableRange(
        @Nullable ContractInstanceId from, @Nullable ContractInstanceId before, String reason) {

    /** Whether the entry of this contract may stand in it. */
    public boolean mayHold(ContractInstanceId id) {
        return (from == null || compare(from, id) <= 0) && (before == null || compare(id, before) < 0);
    }

    private static int compare(ContractInstanceId one, ContractInstanceId other) {
        return Arrays.compareUnsigned(one.bytes().toArray(), other.bytes().toArray());
    }

    /** Names the contracts, without the reason. */
    public String contracts() {
        return "contracts from " + (from == null ? "the first" : from) + " to "
                + (before == null ? "the last" : "before " + before);
    }
}
