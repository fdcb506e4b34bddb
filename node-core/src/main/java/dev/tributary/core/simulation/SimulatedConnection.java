package dev.tributary.core.simulation;

import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.peer.CloseReason;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * The connection between the two ends of a simulated link: a reliable stream each way, in which small messages overtake
 * large ones. While the hosts are partitioned, messages wait in it.
 */
final class SimulatedConnection {

    /** Maximum size in bytes of a message that counts as small: TCP links send such messages in one piece. */
    private static final int MAX_SMALL = 64 * 1024;

    private final SimulatedMedium medium;
    private final Direction forward;
    private final Direction backward;
    private boolean partitioned;

    /** Whether the connection is broken; the ends learn it only after the retransmissions have failed. */
    private boolean broken;

    /** Number of partitions so far; lets the idle check of one partition ignore a later one. */
    private int partitions;

    SimulatedConnection(SimulatedMedium medium, SimulatedHost from, InMemoryLink near, SimulatedHost to, InMemoryLink far) {
        this.medium = medium;
        this.forward = new Direction(from, near, to, far);
        this.backward = new Direction(to, far, from, near);
        near.takes(forward);
        far.takes(backward);
    }

    SimulatedHost from() {
        return forward.from;
    }

    SimulatedHost to() {
        return forward.to;
    }

    /** The host at the other end. */
    SimulatedHost opposite(SimulatedHost host) {
        return host == forward.from ? forward.to : forward.from;
    }

    boolean over() {
        return forward.near.ended() && forward.far.ended();
    }

    /** The direction from this host to the other. */
    private Direction from(SimulatedHost host) {
        return host == forward.from ? forward : backward;
    }

    boolean cut() {
        return partitioned;
    }

    int cuts() {
        return partitions;
    }

    void sever() {
        partitioned = true;
        partitions++;
    }

    /** Ends the partition; the waiting messages are sent now. */
    void mend() {
        partitioned = false;
        forward.sendWaiting();
        backward.sendWaiting();
    }

    /** Closes both ends with this reason, each unless it is closed already. */
    void end(CloseReason reason) {
        forward.near.end(reason);
        forward.far.end(reason);
    }

    /** Closes the end of a crashed host without notifying its subscribers. */
    void abandon(SimulatedHost host, CloseReason reason) {
        from(host).near.abandon(reason);
    }

    /** Notifies the other end that this host closed the link. */
    void tell(SimulatedHost host, CloseReason reason) {
        Direction direction = from(host);
        direction.end(() -> direction.far.end(reason));
    }

    /** One direction of the connection. */
    final class Direction implements DeliveryPath {

        private final SimulatedHost from;
        private final InMemoryLink near;
        private final SimulatedHost to;
        private final InMemoryLink far;

        // Messages of one size class arrive in sending order; a timer only signals that the next one is due.
        private final Queue<PeerMessage> small = new ArrayDeque<>(2);
        private final Queue<PeerMessage> large = new ArrayDeque<>(1);
        private final Queue<Runnable> waiting = new ArrayDeque<>(1);
        private long smallDue;
        private long largeDue;

        Direction(SimulatedHost from, InMemoryLink near, SimulatedHost to, InMemoryLink far) {
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
                } else if (partitioned) {
                    waiting.add(() -> transmit(message, size));
                } else {
                    transmit(message, size);
                }
            }
        }

        @Override
        public void end(Runnable close) {
            synchronized (medium) {
                if (partitioned) {
                    waiting.add(() -> transmitClose(close));
                } else {
                    transmitClose(close);
                }
            }
        }

        private void sendWaiting() {
            if (broken) {
                return;
            }
            for (Runnable next = waiting.poll(); next != null; next = waiting.poll()) {
                next.run();
            }
        }

        private void transmit(PeerMessage message, int size) {
            long now = medium.now();
            boolean isSmall = size <= MAX_SMALL;
            long delay = medium.delays().message(now, from, to, size, isSmall);
            if (delay == DelayModel.NEVER) {
                broken = true;
                medium.breakDown(SimulatedConnection.this);
            } else if (isSmall) {
                smallDue = Math.max(smallDue, now + delay);
                small.add(message);
                medium.later(smallDue - now, () -> deliverNext(small));
            } else {
                largeDue = Math.max(largeDue, now + delay);
                large.add(message);
                medium.later(largeDue - now, () -> deliverNext(large));
            }
        }

        private void transmitClose(Runnable close) {
            long arrival = medium.now() + medium.delays().packet(from, to);
            smallDue = Math.max(arrival, Math.max(smallDue, largeDue));
            largeDue = smallDue;
            medium.later(
                    smallDue - medium.now(),
                    () -> medium.later(medium.delays().processing(medium.now(), to), () -> {
                        close.run();
                        medium.ended(SimulatedConnection.this);
                    }));
        }

        private void deliverNext(Queue<PeerMessage> due) {
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
