package dev.tributary.core.simulation;

import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.peer.CloseReason;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * What lies between the two ends of a simulated link: a reliable stream each way, in which small messages overtake large
 * ones. While it is cut, everything waits in it.
 */
final class Wire {

    /** Messages up to this travel in one piece, as over sockets. */
    private static final int SMALL = 64 * 1024;

    private final SimulatedMedium medium;
    private final Way there;
    private final Way back;
    private boolean cut;

    /** Whether it was given up, and only the ends do not know it yet. */
    private boolean broken;

    /** How often it was cut: a look at one cut must not take the next one for it. */
    private int cuts;

    Wire(SimulatedMedium medium, Host from, InMemoryLink near, Host to, InMemoryLink far) {
        this.medium = medium;
        this.there = new Way(from, near, to, far);
        this.back = new Way(to, far, from, near);
        near.takes(there);
        far.takes(back);
    }

    Host from() {
        return there.from;
    }

    Host to() {
        return there.to;
    }

    /** The host at the other end. */
    Host opposite(Host host) {
        return host == there.from ? there.to : there.from;
    }

    boolean over() {
        return there.near.ended() && there.far.ended();
    }

    /** The way from this host to the other. */
    private Way from(Host host) {
        return host == there.from ? there : back;
    }

    boolean cut() {
        return cut;
    }

    int cuts() {
        return cuts;
    }

    void sever() {
        cut = true;
        cuts++;
    }

    /** Lets what has waited go on, as if it were sent again now. */
    void mend() {
        cut = false;
        there.resume();
        back.resume();
    }

    /** Ends what is still alive of the link, each end for itself. */
    void end(CloseReason reason) {
        there.near.end(reason);
        there.far.end(reason);
    }

    /** The host does not live any more: its end is silent from now on. */
    void abandon(Host host, CloseReason reason) {
        from(host).near.abandon(reason);
    }

    /** Tells the other side that this host closed the link. */
    void tell(Host host, CloseReason reason) {
        Way way = from(host);
        way.end(() -> way.far.end(reason));
    }

    /** One direction. */
    final class Way implements Path {

        private final Host from;
        private final InMemoryLink near;
        private final Host to;
        private final InMemoryLink far;

        // Of one size in the order of their sending; a timer only says that the next one is due.
        private final Queue<PeerMessage> small = new ArrayDeque<>(2);
        private final Queue<PeerMessage> large = new ArrayDeque<>(1);
        private final Queue<Runnable> waiting = new ArrayDeque<>(1);
        private long smallDue;
        private long largeDue;

        Way(Host from, InMemoryLink near, Host to, InMemoryLink far) {
            this.from = from;
            this.near = near;
            this.to = to;
            this.far = far;
        }

        @Override
        public void carry(PeerMessage message, InMemoryLink inbox) {
            synchronized (medium) {
                int size = MessageSize.of(message);
                medium.traffic().sent(message, size);
                if (broken) {
                    return;
                } else if (medium.delays().vanishes(message)) {
                    inbox.vanish();
                } else if (cut) {
                    waiting.add(() -> depart(message, size));
                } else {
                    depart(message, size);
                }
            }
        }

        @Override
        public void end(Runnable end) {
            synchronized (medium) {
                if (cut) {
                    waiting.add(() -> departEnd(end));
                } else {
                    departEnd(end);
                }
            }
        }

        private void resume() {
            if (broken) {
                return;
            }
            for (Runnable next = waiting.poll(); next != null; next = waiting.poll()) {
                next.run();
            }
        }

        private void depart(PeerMessage message, int size) {
            long now = medium.now();
            boolean isSmall = size <= SMALL;
            long takes = medium.delays().message(now, from, to, size, isSmall);
            if (takes == Delays.NEVER) {
                broken = true;
                medium.breakDown(Wire.this);
            } else if (isSmall) {
                smallDue = Math.max(smallDue, now + takes);
                small.add(message);
                medium.later(smallDue - now, () -> arrive(small));
            } else {
                largeDue = Math.max(largeDue, now + takes);
                large.add(message);
                medium.later(largeDue - now, () -> arrive(large));
            }
        }

        private void departEnd(Runnable end) {
            long arrival = medium.now() + medium.delays().packet(from, to);
            smallDue = Math.max(arrival, Math.max(smallDue, largeDue));
            largeDue = smallDue;
            medium.later(
                    smallDue - medium.now(),
                    () -> medium.later(medium.delays().processing(medium.now(), to), () -> {
                        end.run();
                        medium.ended(Wire.this);
                    }));
        }

        private void arrive(Queue<PeerMessage> due) {
            PeerMessage message;
            synchronized (medium) {
                message = due.poll();
                if (message == null) {
                    return;
                }
                medium.traffic().arrived(medium.now(), from.number(), to.number(), message);
                long busy = medium.delays().processing(medium.now(), to);
                if (busy > 0) {
                    PeerMessage delayed = message;
                    medium.later(busy, () -> far.arrive(delayed));
                    return;
                }
            }
            far.arrive(message);
        }
    }
}
