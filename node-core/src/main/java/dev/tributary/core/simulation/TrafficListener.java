package dev.tributary.core.simulation;

import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.peer.CloseReason;

/**
 * Observes what travels between the hosts of a simulated network, without changing it. Hosts are named by number, times
 * are nanoseconds of virtual time.
 */
interface TrafficListener {

    /** Observes nothing. */
    TrafficListener NONE = new TrafficListener() {};

    /** A node sent the message. */
    default void onSent(long time, int from, int to, PeerMessage message) {}

    /** The message, sent before, arrived. */
    default void onArrived(long time, int from, int to, PeerMessage message) {}

    /** A node closed a link; the peer learns the reason after all messages sent before. */
    default void onClosed(long time, int from, int to, CloseReason reason) {}

    /** Another event between two hosts, or at one host: a dial, an open link, or why the network broke a link. */
    default void onEvent(long time, int from, int to, String what) {}
}
