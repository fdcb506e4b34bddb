package dev.tributary.transport.peer;

import dev.tributary.core.limit.MemoryBudget;
import dev.tributary.core.message.PeerMessage;
import dev.tributary.transport.wire.LargeMessageGate;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * The memory that the large messages of one link use, from their announcement until the node has taken them over. Safe
 * for any thread.
 */
final class IncomingMessages implements LargeMessageGate {

    private final MemoryBudget.Account account;

    /** Sizes of the messages that were emitted and not taken; by identity, since messages compare their content. */
    private final Map<PeerMessage, Integer> emitted = Collections.synchronizedMap(new IdentityHashMap<>());

    private volatile boolean countsUntilTaken;

    /** Bytes of messages whose last chunk has not arrived. Event loop only. */
    private long incomplete;

    IncomingMessages(MemoryBudget.Account account) {
        this.account = account;
    }

    @Override
    public Verdict admit(int size, boolean mayWait) {
        if (account.tryAcquire(size)) {
            incomplete += size;
            return Verdict.KEEP;
        }
        // A message above the share never fits, and one beside incomplete messages of this link must not wait for them.
        return mayWait && !exceedsShare(size) ? Verdict.WAIT : Verdict.DROP;
    }

    void countUntilTaken() {
        countsUntilTaken = true;
    }

    /** The last chunk of a kept message has arrived. Event loop only. */
    void onComplete(int size) {
        incomplete -= size;
    }

    /** The message is emitted next. */
    void onDecoded(PeerMessage message, int size) {
        if (countsUntilTaken) {
            emitted.put(message, size);
        } else {
            account.release(size);
        }
    }

    /** The message is not emitted. */
    void onDropped(int size) {
        account.release(size);
    }

    void taken(PeerMessage message) {
        Integer size = emitted.isEmpty() ? null : emitted.remove(message);
        if (size != null) {
            account.release(size);
        }
    }

    /** Whether a message of this size can never be kept. */
    boolean exceedsShare(int size) {
        return size > share();
    }

    /** Maximum size of a message that can be kept. */
    long share() {
        return account.budget().perOwner();
    }

    /** The link has ended: incomplete messages are gone, the complete ones count until they are taken. */
    void close() {
        account.release(incomplete);
        incomplete = 0;
    }
}
