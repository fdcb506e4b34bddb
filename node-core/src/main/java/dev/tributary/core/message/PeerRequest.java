package dev.tributary.core.message;

import dev.tributary.core.value.HopsToLive;
import dev.tributary.core.value.Visited;
import java.time.Duration;

/** A message that is answered by exactly one reply. */
public sealed interface PeerRequest extends PeerMessage
        permits Put.Request, Get.Request, Connect.Request, Hosting.Offer, Update.Reconcile {

    /** The kinds of requests, one for each permitted type. */
    enum Kind {
        PUT,
        GET,
        CONNECT,
        HOSTING_OFFER,
        UPDATE_RECONCILE
    }

    Kind kind();

    @Override
    default Family family() {
        return Family.REQUEST;
    }

    /** Returns the number of hops that the request may make after this one. */
    HopsToLive hopsToLive();

    /** Returns the peers that the request has visited, including the sender. */
    Visited visited();

    /** Returns how long the sender waits for the reply, from the moment of sending: resolution 1 ms, more than zero. */
    Duration budget();
}
