package dev.tributary.core.storage;

import dev.tributary.core.value.ContractInstanceId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a store holds at one moment: the contracts that can be listed, and what cannot.
 *
 * @param entries metadata of the contracts whose record can be read, in no order
 * @param damaged contracts whose record is damaged; if the id is damaged too, it is that of no contract
 * @param unreadable parts of the index that cannot be read, and may hide further contracts
 */
public record StoreListing(
        List<StoreEntry> entries, List<ContractInstanceId> damaged, List<UnreadableRange> unreadable) {

    /** The listing of a store in which nothing is damaged. */
    public static StoreListing whole(List<StoreEntry> entries) {
        return new StoreListing(entries, List.of(), List.of());
    }

    /** Whether nothing is damaged. */
    public boolean isWhole() {
        return damaged.isEmpty() && unreadable.isEmpty();
    }

    /** The contracts that are known to be stored, also those whose record is damaged. */
    public Set<ContractInstanceId> ids() {
        Set<ContractInstanceId> ids = new HashSet<>(damaged);
        entries.forEach(entry -> ids.add(entry.key().id()));
        return ids;
    }

    /** Whether the contract's entry may stand in a part that cannot be read. */
    public boolean mayHide(ContractInstanceId id) {
        return unreadable.stream().anyMatch(range -> range.mayHold(id));
    }
}
