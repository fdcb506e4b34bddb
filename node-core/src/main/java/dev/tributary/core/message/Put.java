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

/** The PUT family: store a contract here and at every hop towards its ring location. */
public final class Put {

    private Put() {}

    /** Asks a peer to store and to pass on. With no hops left it stores a replica and passes nothing on. */
    public record Request(
            TransactionId tx, HopsToLive hopsToLive, Visited visited, Duration budget, Contract contract, State state)
            implements PeerRequest {

        /** A copy that one host brings to another, on nobody's behalf. */
        public static Request copy(TransactionId tx, Duration budget, Contract contract, State state) {
            return new Request(tx, new HopsToLive(0), Visited.nobody(), budget, contract, state);
        }

        /** Whether it is such a copy: it goes nowhere from here, and it was nowhere before. */
        public boolean isCopy() {
            return hopsToLive.spent() && visited.peers().isEmpty();
        }
    }

    /**
     * The contract has come to rest.
     *
     * @param root whether the last node is the nearest to the contract's location of all that it knows
     * @param hops how many hops away from the node that answers the last node is: 0 means that it is the sender
     * @param copies how many peers are known to hold it now because of this request, the sender included
     * @param held the state that the sender held when it had merged in what it was brought, or null if it does not say
     */
    public record Stored(
            TransactionId tx,
            ContractKey key,
            boolean root,
            int hops,
            int copies,
            @Nullable StateDigest held) implements PeerReply {

        /** From a sender that does not say what it holds. */
        public Stored(TransactionId tx, ContractKey key, boolean root, int hops, int copies) {
            this(tx, key, root, hops, copies, null);
        }
    }
}
