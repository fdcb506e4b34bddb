package dev.tributary.core.hosting;

import dev.tributary.core.value.ContractInstanceId;
import java.util.HashSet;
import java.util.Set;

/** Index of the contracts whose root is this node, and of those lacking replicas. Guarded by the table's lock. */
final class RootIndex {

    private final int replicas;
    private final Set<ContractInstanceId> roots = new HashSet<>();
    private final Set<ContractInstanceId> underReplicated = new HashSet<>();

    /** @param replicas target number of replicas besides the root's own */
    RootIndex(int replicas) {
        this.replicas = replicas;
    }

    /** Updates the index entries of the contract. */
    void update(HostedContract entry) {
        boolean isRoot = entry.syncPartners().isRoot();
        update(roots, entry, isRoot);
        update(underReplicated, entry, isRoot && entry.partnersInSync() < replicas);
    }

    void forget(ContractInstanceId id) {
        roots.remove(id);
        underReplicated.remove(id);
    }

    /** Number of hosted contracts whose root is this node. */
    int count() {
        return roots.size();
    }

    /** Number of those that are not known to have all their replicas. */
    int underReplicated() {
        return underReplicated.size();
    }

    private static void update(Set<ContractInstanceId> set, HostedContract entry, boolean isMember) {
        if (isMember) {
            set.add(entry.key().id());
        } else {
            set.remove(entry.key().id());
        }
    }
}
