package dev.tributary.core.simulation;

import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.Transfer;
import dev.tributary.core.value.TransactionId;
import java.util.ArrayDeque;
import java.util.Optional;
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

    SimulatedConnection(
            SimulatedMedium medium, SimulatedHost from, InMemoryLink near, SimulatedHost to, InMemoryLink far) {
        this.medium = medium;
        this.forward = new Direction(from, near, to, far);
        this.backward = new Direction(to, far, from, near);
        near.setPath(forward);
        far.setPath(backward);
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

    boolean isClosed() {
        return forward.near.isClosed() && forward.far.isClosed();
    }

    /** The direction from this host to the other. */
    private Direction from(SimulatedHost host) {
        return host == forward.from ? forward : backward;
    }

    boolean isPartitioned() {
        return partitioned;
    }

    int partitionCount() {
        return partitions;
    }

    void partition() {
        partitioned = true;
        partitions++;
    }

    /** Ends the partition; the waiting messages are sent now. */
    void heal() {
        partitioned = false;
        forward.sendWaiting();
        backward.sendWaiting();
    }

    /** Closes both ends with this reason, each unless it is closed already. */
    void end(CloseReason reason) {
        forward.near.closeLocally(reason);
        forward.far.closeLocally(reason);
    }

    /** Closes the end of a crashed host without notifying its subscribers. */
    void abandon(SimulatedHost host, CloseReason reason) {
        from(host).near.abandon(reason);
    }

    /** Notifies the other end that this host closed the link. */
    void notifyClosed(SimulatedHost host, CloseReason reason) {
        Direction direction = from(host);
        direction.transmitEnd(reason, () -> direction.far.closeLocally(reason));
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
        public void transmit(PeerMessage message, InMemoryLink inbox) {
            synchronized (medium) {
                int size = MessageSize.of(message);
                medium.traffic().recordSent(medium.now(), from.number(), to.number(), message, size);
                if (broken) {
                    return;
                } else if (medium.delays().isDropped(message)) {
                    inbox.releaseSlot();
                } else if (partitioned) {
                    waiting.add(() -> transmit(message, size));
                } else {
                    transmit(message, size);
                }
            }
        }

        /** A message that is on its way moves as long as the connection does. */
        @Override
        public Optional<Transfer> transfer(TransactionId tx) {
            synchronized (medium) {
                return large.stream()
                        .filter(message -> message.tx().equals(tx))
                        .findFirst()
                        .map(message ->
                                new Transfer(MessageSize.of(message), partitioned || broken ? 0 : medium.now()));
            }
        }

        @Override
        public void transmitEnd(CloseReason reason, Runnable close) {
            synchronized (medium) {
                medium.traffic().recordClose(medium.now(), from.number(), to.number(), reason);
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
            long delay = medium.delays().messageDelay(now, from, to, size, isSmall);
            if (delay == DelayModel.NEVER) {
                broken = true;
                medium.breakAfterRetries(SimulatedConnection.this);
            } else if (isSmall) {
                smallDue = Math.max(smallDue, now + delay);
                small.add(message);
                medium.schedule(smallDue - now, () -> deliverNext(small));
            } else {
                largeDue = Math.max(largeDue, now + delay);
                large.add(message);
                medium.schedule(largeDue - now, () -> deliverNext(large));
            }
        }

        private void transmitClose(Runnable close) {
            long arrival = medium.now() + medium.delays().packetLatency(from, to);
            smallDue = Math.max(arrival, Math.max(smallDue, largeDue));
            largeDue = smallDue;
            medium.schedule(
                    smallDue - medium.now(),
                    () -> medium.schedule(medium.delays().processingDelay(medium.now(), to), () -> {
                        close.run();
                        medium.onEndClosed(SimulatedConnection.this);
                    }));
        }

        private void deliverNext(Queue<PeerMessage> due) {
            PeerMessage message;
            synchronized (medium) {
                message = due.poll();
                if (message == null) {
                    return;
                }
                medium.traffic().recordArrival(medium.now(), from.number(), to.number(), message);
                long busy = medium.delays().processingDelay(medium.now(), to);
                if (busy > 0) {
                    PeerMessage delayed = message;
                    medium.schedule(busy, () -> far.deliver(delayed));
                    return;
                }
            }
            far.deliver(message);
        }
    }
}
