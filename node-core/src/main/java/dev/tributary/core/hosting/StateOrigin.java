package dev.tributary.core.hosting;

import dev.tributary.core.contract.CallClass;
import dev.tributary.core.hosting.replica.DigestPair;
import dev.tributary.core.message.Get;
import dev.tributary.core.message.Put;
import dev.tributary.core.message.Update;
import dev.tributary.core.value.PeerId;
import org.jspecify.annotations.Nullable;

/**
 * Where a state or change comes from, and why.
 *
 * @param callClass priority of the contract calls
 * @param reason why the state was sent
 * @param neighbour the neighbour that holds the state, or null for a client of this node
 * @param digests the digests in a neighbour's update, or null
 */
public record StateOrigin(
        CallClass callClass,
        Reason reason,
        @Nullable PeerId neighbour,
        @Nullable DigestPair digests) {

    public StateOrigin(CallClass callClass, Reason reason, @Nullable PeerId neighbour) {
        this(callClass, reason, neighbour, null);
    }

    /** Why a state was sent. */
    public enum Reason {
        /** A client or neighbour puts the state: it is stored or refused. */
        PUT,
        /** A client updates a hosted contract: the change is stored or refused, and broadcast to the tracked peers. */
        UPDATE,
        /** The result of a request of this node: returned to the caller even if there is no room to store it. */
        FETCH,
        /** The same, but the replica of the host that replied is stale. */
        FETCH_STALE,
        /** Another host synchronises replicas: the state is stored or refused, and does not count as demand. */
        REPLICATION
    }

    /** A PUT by a client of this node. */
    public static StateOrigin ofClientPut() {
        return new StateOrigin(CallClass.CLIENT_LOCAL, Reason.PUT, null);
    }

    /** An UPDATE by a client of this node. */
    public static StateOrigin ofClientUpdate() {
        return new StateOrigin(CallClass.CLIENT_LOCAL, Reason.UPDATE, null);
    }

    /** A neighbour's PUT. */
    public static StateOrigin of(PeerId neighbour, Put.Request put) {
        return put.isReplication()
                ? new StateOrigin(CallClass.BACKGROUND, Reason.REPLICATION, neighbour)
                : new StateOrigin(CallClass.NETWORK_RELAY, Reason.PUT, neighbour);
    }

    /** A neighbour's reply to a GET. */
    public static StateOrigin ofReply(CallClass callClass, PeerId neighbour, Get.Found found) {
        return new StateOrigin(callClass, found.fresh() ? Reason.FETCH : Reason.FETCH_STALE, neighbour);
    }

    /** A neighbour's update. */
    static StateOrigin of(PeerId neighbour, Update.Changed changed) {
        return new StateOrigin(
                CallClass.NETWORK_RELAY,
                Reason.REPLICATION,
                neighbour,
                new DigestPair(changed.before(), changed.after()));
    }

    /** A neighbour's reply to a reconciliation. */
    static StateOrigin ofReply(PeerId neighbour) {
        return new StateOrigin(CallClass.BACKGROUND, Reason.REPLICATION, neighbour);
    }

    /** Whether a caller waits for the state. */
    boolean isFetch() {
        return reason == Reason.FETCH || reason == Reason.FETCH_STALE;
    }

    /** Whether this counts as demand. */
    boolean isDemand() {
        return reason != Reason.REPLICATION;
    }

    /** Whether this node forwards the request towards the contract's location. */
    boolean isForwarded() {
        return reason == Reason.PUT;
    }

    /** The peer that brings the contract; null if a client of this node puts it or waits for it. */
    @Nullable
    PeerId sender() {
        return callClass == CallClass.CLIENT_LOCAL ? null : neighbour;
    }

    /** Whether the state comes from a client of this node. */
    public boolean isClient() {
        return neighbour == null;
    }
}
