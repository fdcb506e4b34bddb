package dev.tributary.core.message;

import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.GetResult;
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

    /** A reply to {@link Request}. */
    public sealed interface Reply extends PeerReply {

        /** Returns the contract that was searched for. */
        ContractInstanceId id();

        /** Returns the reply that the receiver sends to the peer or client that asked it in this transaction. */
        Reply oneHopFarther(TransactionId tx);

        /** Returns the result for a client. */
        GetResult result();
    }

    /**
     * The contract was found.
     *
     * @param hops number of hops from the replying node to the replica; 0 if the sender holds it
     * @param fresh whether the replica is in sync with others; a stale replica is returned if there is no other
     */
    public record Found(TransactionId tx, Contract contract, State state, int hops, boolean fresh)
            implements Reply, ContractMessage {

        /** Creates a reply with a replica that is in sync. */
        public Found(TransactionId tx, Contract contract, State state, int hops) {
            this(tx, contract, state, hops, true);
        }

        @Override
        public PeerReply.Kind kind() {
            return PeerReply.Kind.GET_FOUND;
        }

        @Override
        public boolean carriesPayload() {
            return true;
        }

        @Override
        public ContractInstanceId id() {
            return contract.id();
        }

        @Override
        public Found oneHopFarther(TransactionId tx) {
            return new Found(tx, contract, state, hops + 1, fresh);
        }

        @Override
        public GetResult result() {
            return new GetResult.Found(contract, state, hops, fresh);
        }
    }

    /**
     * The search ended, and no node on its route holds the contract.
     *
     * @param hops number of hops that the search made beyond the replying node
     */
    public record NotFound(TransactionId tx, ContractInstanceId id, int hops) implements Reply {

        @Override
        public PeerReply.Kind kind() {
            return PeerReply.Kind.GET_NOT_FOUND;
        }

        @Override
        public NotFound oneHopFarther(TransactionId tx) {
            return new NotFound(tx, id, hops + 1);
        }

        @Override
        public GetResult result() {
            return new GetResult.NotFound(id, hops);
        }
    }
}
