package dev.tributary.core.message;

import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractKey;
import dev.tributary.core.value.HopsToLive;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateDigest;
import dev.tributary.core.value.TransactionId;
import dev.tributary.core.value.Visited;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The PUT family: stores a contract on every hop towards its ring location. */
public final class Put {

    private Put() {}

    /** Requests a peer to store the contract and to forward the request. With no hops left it is not forwarded. */
    public record Request(
            TransactionId tx, HopsToLive hopsToLive, Visited visited, Duration budget, Contract contract, State state)
            implements PeerRequest, ContractMessage {

        /** Creates a replication request from one host to another, without a client. */
        public static Request replication(TransactionId tx, Duration budget, Contract contract, State state) {
            return new Request(tx, new HopsToLive(0), Visited.none(), budget, contract, state);
        }

        /** Returns whether this is a replication request: no hops left and no visited peers. */
        public boolean isReplication() {
            return hopsToLive.spent() && visited.peers().isEmpty();
        }

        @Override
        public PeerRequest.Kind kind() {
            return PeerRequest.Kind.PUT;
        }

        @Override
        public boolean carriesPayload() {
            return true;
        }
    }

    /**
     * The contract was stored.
     *
     * @param root whether the last node on the route is the root: the nearest to the contract's location of all it
     *     knows
     * @param hops number of hops from the replying node to the last node; 0 if it is the sender
     * @param replicas number of peers known to hold the contract because of this request, including the sender
     * @param digest digest of the sender's state after the merge, or null if it is not reported
     */
    public record Stored(
            TransactionId tx,
            ContractKey key,
            boolean root,
            int hops,
            int replicas,
            @Nullable StateDigest digest) implements PeerReply {

        /** Creates a reply that does not report the held state. */
        public Stored(TransactionId tx, ContractKey key, boolean root, int hops, int replicas) {
            this(tx, key, root, hops, replicas, null);
        }

        @Override
        public PeerReply.Kind kind() {
            return PeerReply.Kind.PUT_STORED;
        }
    }
}
