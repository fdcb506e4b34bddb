package dev.tributary.core.message;

import dev.tributary.core.value.HopsToLive;
import dev.tributary.core.value.Visited;
import java.time.Duration;

/** A message that exactly one reply answers. */
public sealed interface PeerRequest extends PeerMessage
        permits Put.Request, Get.Request, Connect.Request, Hosting.Offer, Update.Reconcile {

    /** How many hops the request may still make after this one. */
    HopsToLive hopsToLive();

    /** The peers it has seen, the sender included. */
    Visited visited();

    /** How long the sender waits for the answer, from the moment of sending: resolution 1 ms, more than zero. */
    Duration budget();
}
