package dev.tributary.core.operation;

import dev.tributary.core.contract.CallClass;
import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.hosting.HostedContracts;
import dev.tributary.core.hosting.StateOrigin;
import dev.tributary.core.hosting.StateReceiver;
import dev.tributary.core.message.Get;
import dev.tributary.core.message.PeerReply;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.request.BackgroundExecutor;
import dev.tributary.core.request.MemoryLimit;
import dev.tributary.core.value.State;
import reactor.core.publisher.Mono;

/** Stores what a GET found: at once for this node's own clients, later for a neighbour. */
final class FoundContracts {

    private final HostedContracts contracts;
    private final StateReceiver receiver;
    private final BackgroundExecutor background;
    private final MemoryLimit answers;

    /**
     * Creates the store of found contracts.
     *
     * @param receiver stores what is found for this node's own clients
     * @param answers limits the bytes of found contracts that are being stored, of one answering peer and of all
     */
    FoundContracts(
            HostedContracts contracts, StateReceiver receiver, BackgroundExecutor background, MemoryLimit answers) {
        this.contracts = contracts;
        this.receiver = receiver;
        this.background = background;
        this.answers = answers;
    }

    /** Stores the found state and emits the merged one; errors if the contract refuses the found state. */
    Mono<PeerReply> store(CallClass callClass, PeerLink hop, Get.Found found) {
        Mono<State> merged =
                receiver.store(StateOrigin.ofReply(callClass, hop.peer(), found), found.contract(), found.state());
        return answers.admit(hop.peer(), bytes(found), merged)
                .<PeerReply>map(
                        state -> new Get.Found(found.tx(), found.contract(), state, found.hops(), found.fresh()))
                .onErrorResume(
                        ContractRejectedException.class,
                        refused -> heldInstead(callClass, found).switchIfEmpty(Mono.error(refused)));
    }

    /** A valid state that the contract only refuses to merge is an older one, most likely: it has nothing new. */
    private Mono<PeerReply> heldInstead(CallClass callClass, Get.Found found) {
        return contracts
                .find(found.contract().id())
                .filterWhen(stored -> contracts.isValid(callClass, found.contract(), found.state()))
                .map(stored -> new Get.Found(found.tx(), stored.contract(), stored.state(), found.hops(), false));
    }

    /** Stores it without a search for related contracts: each hop would start searches, which would start more. */
    Mono<PeerReply> storeLater(PeerLink hop, Get.Found found) {
        background.execute(
                "tx=" + found.tx() + " copy",
                bytes(found),
                contracts.store(
                        StateOrigin.ofReply(CallClass.BACKGROUND, hop.peer(), found), found.contract(), found.state()));
        return Mono.just(found);
    }

    private static int bytes(Get.Found found) {
        return found.contract().bytes() + found.state().size();
    }
}
