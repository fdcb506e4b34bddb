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

/** The UPDATE family: broadcasts changes from host to host, and reconciles two hosts whose states differ. */
public final class Update {

    /** Maximum size of a summary in bytes. For a state with a larger summary, the full state is requested instead. */
    public static final int MAX_SUMMARY = 1 << 20;

    private Update() {}

    /**
     * Sends another host the changes that its replica is missing. There is no reply, but an acknowledgement
     * now and then, which paces the sender: links do not lose messages while they are open, and remaining differences are
     * detected when replicas are compared.
     *
     * @param before digest of the state that the receiver is assumed to hold
     * @param after digest of the state that the sender holds, as the receiver does after applying the changes
     * @param changes the changes from {@code before} to {@code after} in order, or a full state
     * @param asksForAcknowledgement whether the receiver should tell when it has applied the changes
     */
    public record Changed(
            TransactionId tx,
            ContractInstanceId id,
            StateDigest before,
            StateDigest after,
            List<StateChange> changes,
            boolean asksForAcknowledgement)
            implements PeerNotice {

        /** Maximum number of changes that a host logs for a contract before it sends the full state instead. */
        public static final int MAX_CHANGES = 64;

        /** Creates an update that asks for no acknowledgement. */
        public Changed(
                TransactionId tx,
                ContractInstanceId id,
                StateDigest before,
                StateDigest after,
                List<StateChange> changes) {
            this(tx, id, before, after, changes, false);
        }

        public Changed {
            changes = List.copyOf(changes);
            if (changes.isEmpty() || changes.size() > MAX_CHANGES) {
                throw new IllegalArgumentException("changes must be 1.." + MAX_CHANGES + ", not " + changes.size());
            }
        }

        /** Returns the total size of all states and deltas in bytes. */
        public long bytes() {
            return changes.stream().mapToLong(StateChange::size).sum();
        }

        @Override
        public PeerNotice.Kind kind() {
            return PeerNotice.Kind.UPDATE_CHANGED;
        }

        @Override
        public boolean carriesPayload() {
            return true;
        }
    }

    /**
     * Tells another host that its update with this transaction id, which asked for it, has been applied or was known
     * already, and that all its earlier ones of this contract are done with. An update that is refused, ignored or
     * skipped is not acknowledged.
     */
    public record Acknowledged(TransactionId tx, ContractInstanceId id) implements PeerNotice {

        @Override
        public PeerNotice.Kind kind() {
            return PeerNotice.Kind.UPDATE_ACKNOWLEDGED;
        }
    }

    /**
     * Requests the changes that the sender's replica is missing from another host, whose replica differs.
     *
     * @param digest digest of the sender's state
     * @param summary summary of the sender's state, or null to request the full state
     */
    public record Reconcile(
            TransactionId tx,
            Duration budget,
            ContractInstanceId id,
            StateDigest digest,
            @Nullable StateSummary summary)
            implements PeerRequest {

        /** Returns 0: the request is between two neighbours. */
        @Override
        public HopsToLive hopsToLive() {
            return new HopsToLive(0);
        }

        @Override
        public Visited visited() {
            return Visited.none();
        }

        @Override
        public PeerRequest.Kind kind() {
            return PeerRequest.Kind.UPDATE_RECONCILE;
        }
    }

    /**
     * The changes that the requesting host is missing.
     *
     * @param change the change that adds the replying host's content to the requester's state: a delta, which may have
     *     zero bytes, or the full state if that is smaller
     * @param digest digest of the replying host's state
     * @param summary summary of the replying host's state, or null if it accepts only a full state in return
     */
    public record Difference(
            TransactionId tx,
            StateChange change,
            StateDigest digest,
            @Nullable StateSummary summary) implements PeerReply {

        @Override
        public PeerReply.Kind kind() {
            return PeerReply.Kind.UPDATE_DIFFERENCE;
        }

        @Override
        public boolean carriesPayload() {
            return true;
        }
    }
}
