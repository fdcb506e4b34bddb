package dev.tributary.core.operation;

import dev.tributary.core.value.ContractInstanceId;
import java.util.HashSet;
import java.util.Set;

/** Of which hosted contracts this node is the root, and which of those lack copies. Guarded by the lock of the table that it belongs to. */
final class Roots {

    private final int copies;
    private final Set<ContractInstanceId> roots = new HashSet<>();
    private final Set<ContractInstanceId> lacking = new HashSet<>();

    /** @param copies how many there should be besides the root's own */
    Roots(int copies) {
        this.copies = copies;
    }

    /** Notes how the contract stands now. */
    void mark(Hosted entry) {
        boolean root = entry.duty().root();
        mark(roots, entry, root);
        mark(lacking, entry, root && entry.partnersInStep() < copies);
    }

    void forget(ContractInstanceId id) {
        roots.remove(id);
        lacking.remove(id);
    }

    /** Of how many contracts this node is the root. */
    int count() {
        return roots.size();
    }

    /** How many of those are not known to have all their copies. */
    int lacking() {
        return lacking.size();
    }

    private static void mark(Set<ContractInstanceId> set, Hosted entry, boolean member) {
        if (member) {
            set.add(entry.key().id());
        } else {
            set.remove(entry.key().id());
        }
    }
}
