package dev.tributary.core.message;

import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.HopsToLive;
import dev.tributary.core.value.State;
import dev.tributary.core.value.TransactionId;
import dev.tributary.core.value.Visited;
import java.time.Duration;

/** The GET family: find a contract and its state. */
public final class Get {

    private Get() {}

    /** Asks a peer for a contract and its state. */
    public record Request(
            TransactionId tx, HopsToLive hopsToLive, Visited visited, Duration budget, ContractInstanceId id)
            implements PeerRequest {}

    /**
     * Here it is.
     *
     * @param hops how many hops away from the node that answers the copy was: 0 means that the sender holds it
     * @param fresh whether whoever holds the copy keeps it in step with others; a stale one is better than none
     */
    public record Found(TransactionId tx, Contract contract, State state, int hops, boolean fresh)
            implements PeerReply {

        /** A fresh copy. */
        public Found(TransactionId tx, Contract contract, State state, int hops) {
            this(tx, contract, state, hops, true);
        }
    }

    /**
     * The search ended and nobody on its way holds the contract.
     *
     * @param hops how many hops the search went on after the node that answers
     */
    public record NotFound(TransactionId tx, ContractInstanceId id, int hops) implements PeerReply {}
}
