package dev.tributary.core.message;

import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.HopsToLive;
import dev.tributary.core.value.State;
import dev.tributary.core.value.TransactionId;
import dev.tributary.core.value.Visited;
import java.time.Duration;

/** The GET family: finds a contract and its state. */
public final class Get {

    private Get() {}

    /** Requests a contract and its state. */
    public record Request(
            TransactionId tx, HopsToLive hopsToLive, Visited visited, Duration budget, ContractInstanceId id)
            implements PeerRequest {

        @Override
        public PeerRequest.Kind kind() {
            return PeerRequest.Kind.GET;
        }
    }

    /**
     * The contract was found.
     *
     * @param hops number of hops from the replying node to the replica; 0 if the sender holds it
     * @param fresh whether the replica is in sync with others; a stale replica is returned if there is no other
     */
    public record Found(TransactionId tx, Contract contract, State state, int hops, boolean fresh)
            implements PeerReply {

        /** Creates a reply with a replica that is in sync. */
        public Found(TransactionId tx, Contract contract, State state, int hops) {
            this(tx, contract, state, hops, true);
        }

        @Override
        public PeerReply.Kind kind() {
            return PeerReply.Kind.GET_FOUND;
        }
    }

    /**
     * The search ended, and no node on its route holds the contract.
     *
     * @param hops number of hops that the search made beyond the replying node
     */
    public record NotFound(TransactionId tx, ContractInstanceId id, int hops) implements PeerReply {

        @Override
        public PeerReply.Kind kind() {
            return PeerReply.Kind.GET_NOT_FOUND;
        }
    }
}
