package dev.tributary.core.operation;

import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDigest;
import dev.tributary.core.value.TimeSource;
import java.util.List;
import java.util.Optional;

/**
 * What has changed lately, and what each neighbour has still to be told of it. Guarded by the lock of the table that it
 * belongs to.
 */
final class News {

    private final ChangeLogs logs = new ChangeLogs();
    private final TimeSource time;

    News(TimeSource time) {
        this.time = time;
    }

    /** The contract's state has become another one by these changes. */
    void changed(Hosted before, StateDigest after, List<StateChange> changes) {
        logs.add(before.key().id(), before.digest(), after, changes);
    }

    /** The contract is not held any more. */
    void forget(ContractInstanceId id) {
        logs.forget(id);
    }

    /** What the neighbour is to be told, which it is believed to hold from now on; empty if it is not known what it is missing. */
    Optional<Notice> notice(Hosted entry, PeerId peer) {
        StateDigest known = entry.behind(peer, time.nanos());
        if (known == null) {
            return Optional.empty();
        }
        Optional<List<StateChange>> changes = logs.between(entry.key().id(), known, entry.digest());
        changes.ifPresent(found -> entry.told(peer, entry.digest(), time.nanos()));
        return changes.map(found -> {
            boolean whole = ChangeLog.sizeOf(found) >= entry.bytes();
            return new Notice(known, entry.digest(), whole ? List.of() : found, entry.bytes());
        });
    }

    /** The neighbour holds the one state and is missing this change to hold the other, which was held here just now. */
    void missing(Hosted entry, PeerId peer, StateDigest theirs, StateDigest ours, StateChange change) {
        logs.add(entry.key().id(), theirs, ours, List.of(change));
        entry.follows(peer, theirs, time.nanos());
    }

    /**
     * The neighbour's change was taken in: what does the neighbour hold now? If it was told all of this before its own
     * change reached this node, then that becomes the same there as it did here, and nothing more need be said.
     *
     * @param before what was held here before the change
     */
    void settle(Hosted entry, PeerId peer, Claim claim, StateDigest before) {
        ContractInstanceId id = entry.key().id();
        StateDigest after = entry.digest();
        StateDigest theirs = claim.after();
        if (theirs.equals(after)) {
            entry.follows(peer, after, time.nanos());
            return;
        }
        boolean told = entry.holds(peer, before);
        boolean common = logs.knows(id, claim.before()) && !claim.before().equals(before);
        if (!logs.knows(id, theirs) && common && !told) {
            logs.between(id, claim.before(), before).ifPresent(missing -> logs.add(id, claim.after(), after, missing));
        }
        if (!logs.knows(id, theirs) && !common) {
            entry.follows(peer, theirs, time.nanos());
            entry.differs(peer);
        } else {
            entry.follows(peer, told ? after : theirs, time.nanos());
        }
    }
}
