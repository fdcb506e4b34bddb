package dev.tributary.core.request;

import dev.tributary.core.message.Get;
import dev.tributary.core.message.PeerReply;
import dev.tributary.core.message.PeerRequest;
import dev.tributary.core.message.Put;
import dev.tributary.core.message.Refused;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.peer.Transfer;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.TransactionId;
import java.time.Duration;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/** A request that waits for its reply, and what is known of the large messages that move for it. */
final class PendingExchange {

    /** Pause between two looks at what moves on the link. */
    private static final Duration CHECK_INTERVAL = Duration.ofSeconds(5);

    private final PeerLink link;
    private final TransactionId tx;

    /** The contract whose state the request brings; null if it brings none. */
    private final @Nullable ContractInstanceId put;

    private final IntConsumer onMoved;
    private final UnseenTransfers unseenTransfers;
    private final Sinks.One<PeerReply> reply = Sinks.one();

    /** Whether the peer has told since the last look that something moves behind it. */
    private volatile boolean isTold;

    /** Whether the reply brings what the peer told of. */
    private volatile boolean hasArrived;

    /** Whether the exchange goes on by the word of the peer alone. */
    private volatile boolean isPromised;

    private @Nullable Transfer seen;
    private Duration silent = Duration.ZERO;

    /** Time since something was last seen to move on the link. */
    private volatile Duration unseen = Duration.ZERO;

    /**
     * Creates the exchange.
     *
     * @param onMoved called with the size in bytes of a large message when it was seen to move; on any thread
     * @param unseenTransfers how far the word of the peer is believed
     */
    PendingExchange(PeerLink link, PeerRequest request, IntConsumer onMoved, UnseenTransfers unseenTransfers) {
        this.link = link;
        // The request itself is not kept: its state is large.
        this.tx = request.tx();
        this.put = request instanceof Put.Request brings ? brings.contract().id() : null;
        this.onMoved = onMoved;
        this.unseenTransfers = unseenTransfers;
    }

    PeerLink link() {
        return link;
    }

    TransactionId tx() {
        return tx;
    }

    /** The contract whose state it brings to this link's peer; empty if it goes elsewhere or is no PUT. */
    Optional<ContractInstanceId> contractPutOver(PeerLink to) {
        return link.equals(to) ? Optional.ofNullable(put) : Optional.empty();
    }

    Sinks.One<PeerReply> reply() {
        return reply;
    }

    /** Emits the reply to the one who waits; false if the exchange is over. */
    boolean complete(PeerReply received) {
        hasArrived = !(received instanceof Refused) && !(received instanceof Get.NotFound);
        return reply.tryEmitValue(received).isSuccess();
    }

    /** The exchange is over. */
    void end() {
        if (isPromised) {
            isPromised = false;
            unseenTransfers.end(link.peer(), hasArrived, unseen);
        }
    }

    /** The peer tells that a large message moves behind it. */
    void onUnderway(int bytes) {
        isTold = true;
        onMoved.accept(bytes);
    }

    /**
     * Emits once nothing has moved for this long: neither on the link, nor behind the peer as far as its word is believed. One
     * subscriber.
     */
    Mono<Long> silence(Duration limit, Scheduler timer) {
        return Mono.defer(() -> {
            Duration pause = shorter(CHECK_INTERVAL, limit.minus(silent));
            return Mono.delay(pause, timer)
                    .flatMap(due -> isSilent(pause, limit) ? Mono.just(due) : silence(limit, timer));
        });
    }

    private boolean isSilent(Duration pause, Duration limit) {
        boolean told = isTold;
        isTold = false;
        unseen = hasMoved() ? Duration.ZERO : unseen.plus(pause);
        silent = told ? Duration.ZERO : shorter(silent.plus(pause), unseen);
        return silent.compareTo(limit) >= 0 || (unseen.compareTo(limit) >= 0 && !isBelieved());
    }

    private boolean isBelieved() {
        isPromised = isPromised || unseenTransfers.tryBegin(link.peer());
        return isPromised;
    }

    private boolean hasMoved() {
        Transfer before = seen;
        Transfer now = link.transfer(tx).orElse(null);
        seen = now;
        if (now == null || now.equals(before)) {
            return false;
        }
        onMoved.accept(now.bytes());
        return true;
    }

    private static Duration shorter(Duration left, Duration right) {
        return left.compareTo(right) < 0 ? left : right;
    }
}
