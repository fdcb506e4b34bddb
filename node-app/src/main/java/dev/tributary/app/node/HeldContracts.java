package dev.tributary.app.node;

import dev.tributary.core.Node;
import dev.tributary.core.storage.ContractStore;
import dev.tributary.core.storage.StoreListing;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.transport.client.http.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import reactor.core.publisher.Mono;

/**
 * What a running node holds: the listing of its store, and the ids of contracts that the node knows and the store cannot
 * list.
 */
record HeldContracts(StoreListing listing, Set<ContractInstanceId> known) {

    static Mono<HeldContracts> of(ContractStore store, Node node) {
        // A contract that came or went meanwhile is not known both before and after.
        return ids(node)
                .flatMap(before -> store.listing()
                        .flatMap(listing -> listing.isWhole()
                                ? Mono.just(new HeldContracts(listing, Set.of()))
                                : ids(node).map(known -> {
                                    known.retainAll(before);
                                    return new HeldContracts(listing, known);
                                })));
    }

    private static Mono<Set<ContractInstanceId>> ids(Node node) {
        return node.contractIds().collect(HashSet::new, Set::add);
    }

    /** The ids of all contracts that are held. */
    Set<ContractInstanceId> ids() {
        Set<ContractInstanceId> ids = listing.ids();
        ids.addAll(known);
        return ids;
    }

    /** The ids of the contracts that are held and cannot be listed, in order. */
    List<ContractInstanceId> unreadable() {
        TreeMap<String, ContractInstanceId> unreadable = new TreeMap<>();
        ids().forEach(id -> unreadable.put(id.toString(), id));
        listing.entries().forEach(entry -> unreadable.remove(entry.key().id().toString()));
        return List.copyOf(unreadable.values());
    }

    /** The parts of the store that may hide contracts. */
    List<JsonObject> hidden() {
        return listing.unreadable().stream()
                .map(range ->
                        new JsonObject().put("contracts", range.contracts()).put("reason", range.reason()))
                .toList();
    }
}
