package dev.tributary.core.request;

import dev.tributary.core.message.PeerReply;
import dev.tributary.core.message.PeerRequest;
import dev.tributary.core.message.Put;
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
    private final Sinks.One<PeerReply> reply = Sinks.one();

    /** Whether the peer has told since the last look that something moves behind it. */
    private volatile boolean isTold;

    private @Nullable Transfer seen;
    private Duration silent = Duration.ZERO;

    /** @param onMoved called with the size in bytes of a large message when it was seen to move; on any thread */
    PendingExchange(PeerLink link, PeerRequest request, IntConsumer onMoved) {
        this.link = link;
        // The request itself is not kept: its state is large.
        this.tx = request.tx();
        this.put = request instanceof Put.Request brings ? brings.contract().id() : null;
        this.onMoved = onMoved;
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

    /** The peer tells that a large message moves behind it. */
    void onUnderway(int bytes) {
        isTold = true;
        onMoved.accept(bytes);
    }

    /** Emits once nothing has moved for this long. One subscriber. */
    Mono<Long> silence(Duration limit, Scheduler timer) {
        return Mono.defer(() -> {
            Duration pause = shorter(CHECK_INTERVAL, limit.minus(silent));
            return Mono.delay(pause, timer)
                    .flatMap(due -> isSilent(pause, limit) ? Mono.just(due) : silence(limit, timer));
        });
    }

    private boolean isSilent(Duration pause, Duration limit) {
        silent = hasMoved() ? Duration.ZERO : silent.plus(pause);
        return silent.compareTo(limit) >= 0;
    }

    private boolean hasMoved() {
        Transfer before = seen;
        Transfer now = link.transfer(tx).orElse(null);
        boolean told = isTold;
        isTold = false;
        seen = now;
        if (now == null || now.equals(before)) {
            return told;
        }
        onMoved.accept(now.bytes());
        return true;
    }

    private static Duration shorter(Duration left, Duration right) {
        return left.compareTo(right) < 0 ? left : right;
    }
}
