package dev.tributary.core.message;

import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.HopsToLive;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDigest;
import dev.tributary.core.value.StateSummary;
import dev.tributary.core.value.TransactionId;
import dev.tributary.core.value.Visited;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The UPDATE family: what has changed travels from host to host, and two hosts that differ make each other complete. */
public final class Update {

    /** The longest summary in bytes; of a state with a longer one the whole is asked for. */
    public static final int MAX_SUMMARY = 1 << 20;

    private Update() {}

    /**
     * Tells another host what its copy is missing. There is no answer: links lose nothing while they live, and whatever
     * went wrong is found when copies are compared.
     *
     * @param before the state that the receiver is believed to hold
     * @param after the one that the sender holds, and the receiver too once it has taken in the changes
     * @param changes one after the other from {@code before} to {@code after}, or a whole state
     */
    public record Changed(
            TransactionId tx, ContractInstanceId id, StateDigest before, StateDigest after, List<StateChange> changes)
            implements PeerNotice {

        /** As many as a host notes of a contract before it says the whole state instead. */
        public static final int MAX_CHANGES = 64;

        public Changed {
            changes = List.copyOf(changes);
            if (changes.isEmpty() || changes.size() > MAX_CHANGES) {
                throw new IllegalArgumentException("changes must be 1.." + MAX_CHANGES + ", not " + changes.size());
            }
        }

        /** How many bytes of states and deltas it brings. */
        public long bytes() {
            return changes.stream().mapToLong(StateChange::size).sum();
        }
    }

    /**
     * Asks another host, whose copy differs, for what the sender's is missing.
     *
     * @param digest of the sender's state
     * @param summary of the sender's state, or null to be told the whole state of the other
     */
    public record Reconcile(
            TransactionId tx,
            Duration budget,
            ContractInstanceId id,
            StateDigest digest,
            @Nullable StateSummary summary)
            implements PeerRequest {

        /** It is between two neighbours. */
        @Override
        public HopsToLive hopsToLive() {
            return new HopsToLive(0);
        }

        @Override
        public Visited visited() {
            return Visited.nobody();
        }
    }

    /**
     * What the asker is missing.
     *
     * @param change what brings the asker's state to one with all that the answering host has: a delta, which may be of
     *     zero bytes, or the whole state if that is smaller
     * @param digest of the answering host's state
     * @param summary of the answering host's state, or null if it wants to be told the whole state if at all
     */
    public record Difference(
            TransactionId tx,
            StateChange change,
            StateDigest digest,
            @Nullable StateSummary summary) implements PeerReply {}
}
