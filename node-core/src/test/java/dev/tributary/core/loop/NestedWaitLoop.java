package dev.tributary.core.loop;

import dev.tributary.core.error.ChannelFullException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * A faulty design, kept to prove that the loop's tests detect lost wake-ups: a loop that waits for the first of several
 * sources, one of which is itself such a wait. Every iteration creates a new wait and drops the previous one with the
 * wake-ups registered in it. A queue keeps a registered wake-up until it is used; if that one belongs to a dropped
 * wait, the loop is not woken, and the queue fills up while the loop sleeps.
 */
final class NestedWaitLoop implements LoopInputs {

    private final Mailbox<LocalEvent> notifications = new Mailbox<>();
    private final Mailbox<HandshakeEvent> inbound = new Mailbox<>();
    private final Mailbox<HandshakeEvent> outbound = new Mailbox<>();
    private final Mailbox<HandshakeEvent> unconfirmed = new Mailbox<>();
    private final Mailbox<TransportEvent> transport = new Mailbox<>();
    private final Scheduler thread;
    private final Consumer<LoopEvent> handler;

    NestedWaitLoop(Scheduler thread, Consumer<LoopEvent> handler) {
        this.thread = thread;
        this.handler = handler;
        thread.schedule(this::runOnce);
    }

    @Override
    public Mono<Void> send(LocalEvent event) {
        return Mono.defer(() -> notifications.put(event)
                ? Mono.empty()
                : Mono.error(new ChannelFullException("nested", CAPACITY, Duration.ZERO)));
    }

    @Override
    public void emitHandshake(HandshakeEvent event) {
        unconfirmed.put(event);
    }

    @Override
    public void emitTransport(TransportEvent event) {
        transport.put(event);
    }

    private void runOnce() {
        Wait wait = new Wait(() -> thread.schedule(this::runOnce));
        LoopEvent next = wait.firstOf(List.of(
                () -> notifications.next(wait),
                () -> {
                    Wait nested = new Wait(wait::wake);
                    wait.addNested(nested);
                    return nested.firstOf(List.of(
                            () -> inbound.next(nested), () -> outbound.next(nested), () -> unconfirmed.next(nested)));
                },
                () -> transport.next(wait)));
        if (next != null) {
            wait.drop();
            handler.accept(next);
            thread.schedule(this::runOnce);
        }
    }

    /** A wait for the first of several events, and the callback that runs when one has arrived. */
    private static final class Wait {

        private final Runnable onWake;
        private final List<Wait> nested = new ArrayList<>();
        private boolean isDone;

        Wait(Runnable onWake) {
            this.onWake = onWake;
        }

        @Nullable
        LoopEvent firstOf(List<Supplier<? extends @Nullable LoopEvent>> branches) {
            for (Supplier<? extends @Nullable LoopEvent> branch : branches) {
                LoopEvent event = branch.get();
                if (event != null) {
                    return event;
                }
            }
            return null;
        }

        void addNested(Wait inner) {
            nested.add(inner);
        }

        void wake() {
            if (!isDone) {
                isDone = true;
                onWake.run();
            }
        }

        void drop() {
            isDone = true;
            nested.forEach(Wait::drop);
        }
    }

    /** A queue with one registered wake-up. */
    private static final class Mailbox<E extends LoopEvent> {

        private final Queue<E> events = new ArrayDeque<>();
        private @Nullable Wait registered;

        boolean put(E event) {
            if (events.size() == CAPACITY) {
                return false;
            }
            events.add(event);
            Wait wait = registered;
            registered = null;
            if (wait != null) {
                wait.wake();
            }
            return true;
        }

        @Nullable
        E next(Wait wait) {
            E event = events.poll();
            if (event == null && registered == null) {
                registered = wait;
            }
            return event;
        }
    }
}
