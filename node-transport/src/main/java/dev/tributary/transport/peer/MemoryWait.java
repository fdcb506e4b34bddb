package dev.tributary.transport.peer;

import dev.tributary.core.peer.CloseReason;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;

/**
 * The wait of a link for the memory of a large message that its peer announced. The link is not read meanwhile, and is
 * closed if the wait takes too long. Runs on the link's event loop.
 */
final class MemoryWait {

    /** Pause between two attempts to get memory for a large message. */
    private static final Duration PAUSE = Duration.ofMillis(50);

    /** Maximum time that a large message waits for memory. */
    private static final Duration MAX_WAIT = Duration.ofSeconds(30);

    private final Scheduler timer;
    private final PeerChannel channel;
    private final Consumer<CloseReason> onFailure;
    private final Disposable.Swap timerTask = Disposables.swap();
    private long waitedMillis;

    /**
     * Creates a wait that has not begun.
     *
     * @param onFailure called with the reason to close the link
     */
    MemoryWait(Scheduler timer, PeerChannel channel, Consumer<CloseReason> onFailure) {
        this.timer = timer;
        this.channel = channel;
        this.onFailure = onFailure;
    }

    /** Asks again after a pause. */
    void scheduleCheck() {
        timerTask.update(timer.schedule(() -> channel.run(this::check), PAUSE.toMillis(), TimeUnit.MILLISECONDS));
    }

    /** There was memory for the message. */
    void onAdmitted() {
        waitedMillis = 0;
    }

    /** Ends the wait permanently. */
    void stop() {
        timerTask.dispose();
    }

    private void check() {
        if (timerTask.isDisposed()) {
            return;
        }
        waitedMillis += PAUSE.toMillis();
        if (waitedMillis > MAX_WAIT.toMillis()) {
            onFailure.accept(new CloseReason(
                    CloseReason.Kind.LIMIT_REACHED,
                    "no memory for a large message within " + MAX_WAIT.toSeconds() + " s"));
        } else {
            channel.resumeReader();
        }
    }
}
