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
 * The wrong design, kept to show what the tests of the right one are worth: a loop that waits for the next of several
 * things, one of which is itself a wait for the next of several things. Every turn builds the wait anew and drops the
 * one before, with the wake-ups that were registered in it. A queue keeps the wake-up it was given until it has used it:
 * when that one belongs to a wait that was dropped, nobody wakes, and the queue fills up in front of a loop that sleeps.
 */
final class NestedWaitLoop implements LivingLoop {

    private final Mailbox<Notification> notifications = new Mailbox<>();
    private final Mailbox<HandshakeEvent> inbound = new Mailbox<>();
    private final Mailbox<HandshakeEvent> outbound = new Mailbox<>();
    private final Mailbox<HandshakeEvent> unconfirmed = new Mailbox<>();
    private final Mailbox<TransportEvent> transport = new Mailbox<>();
    private final Scheduler thread;
    private final Consumer<NodeEvent> handler;

    NestedWaitLoop(Scheduler thread, Consumer<NodeEvent> handler) {
        this.thread = thread;
        this.handler = handler;
        thread.schedule(this::turn);
    }

    @Override
    public Mono<Void> send(Notification event) {
        return Mono.defer(() -> notifications.put(event)
                ? Mono.empty()
                : Mono.error(new ChannelFullException("nested", CAPACITY, Duration.ZERO)));
    }

    @Override
    public void arrives(HandshakeEvent event) {
        unconfirmed.put(event);
    }

    @Override
    public void receives(TransportEvent event) {
        transport.put(event);
    }

    private void turn() {
        Wait wait = new Wait(() -> thread.schedule(this::turn));
        NodeEvent next = wait.forFirstOf(List.of(
                () -> notifications.next(wait),
                () -> {
                    Wait nested = new Wait(wait::wake);
                    wait.holds(nested);
                    return nested.forFirstOf(List.of(
                            () -> inbound.next(nested), () -> outbound.next(nested), () -> unconfirmed.next(nested)));
                },
                () -> transport.next(wait)));
        if (next != null) {
            wait.drop();
            handler.accept(next);
            thread.schedule(this::turn);
        }
    }

    /** A wait for the first of several things, and whom to wake when one of them has come. */
    private static final class Wait {

        private final Runnable waiter;
        private final List<Wait> nested = new ArrayList<>();
        private boolean over;

        Wait(Runnable waiter) {
            this.waiter = waiter;
        }

        @Nullable
        NodeEvent forFirstOf(List<Supplier<? extends @Nullable NodeEvent>> branches) {
            for (Supplier<? extends @Nullable NodeEvent> branch : branches) {
                NodeEvent event = branch.get();
                if (event != null) {
                    return event;
                }
            }
            return null;
        }

        void holds(Wait inner) {
            nested.add(inner);
        }

        void wake() {
            if (!over) {
                over = true;
                waiter.run();
            }
        }

        void drop() {
            over = true;
            nested.forEach(Wait::drop);
        }
    }

    /** A queue that remembers one wake-up. */
    private static final class Mailbox<E extends NodeEvent> {

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
