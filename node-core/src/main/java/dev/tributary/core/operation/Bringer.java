package dev.tributary.core.operation;

import dev.tributary.core.contract.CallClass;
import dev.tributary.core.message.Get;
import dev.tributary.core.message.Put;
import dev.tributary.core.message.Update;
import dev.tributary.core.value.PeerId;
import org.jspecify.annotations.Nullable;

/**
 * Who brings a state.
 *
 * @param callClass for whom its contract is called: what comes first when contracts are many
 * @param reason why it is brought
 * @param neighbour the neighbour that holds it, or null for a client of this node
 * @param claim what a neighbour that tells of a change says of states, or null
 */
public record Bringer(
        CallClass callClass,
        Reason reason,
        @Nullable PeerId neighbour,
        @Nullable Claim claim) {

    Bringer(CallClass callClass, Reason reason, @Nullable PeerId neighbour) {
        this(callClass, reason, neighbour, null);
    }

    /** Why a state is brought. */
    public enum Reason {
        /** Somebody puts it: it is kept, or refused. */
        PUT,
        /** A client changes what is held: kept or refused, and told to whoever keeps in step. */
        UPDATE,
        /** Somebody asked for it: it is shown to whoever asked even if there is no room to keep it. */
        FETCH,
        /** As before, but whoever holds it does not keep it in step with others. */
        FETCH_STALE,
        /** Another host keeps copies in step: it is kept or refused, and it is no demand. */
        UPKEEP
    }

    /** A client of this node that puts it. */
    public static Bringer client() {
        return new Bringer(CallClass.CLIENT_LOCAL, Reason.PUT, null);
    }

    /** A client of this node that changes what is held. */
    public static Bringer updating() {
        return new Bringer(CallClass.CLIENT_LOCAL, Reason.UPDATE, null);
    }

    /** A neighbour with this PUT. */
    public static Bringer of(PeerId neighbour, Put.Request put) {
        return put.isCopy()
                ? new Bringer(CallClass.BACKGROUND, Reason.UPKEEP, neighbour)
                : new Bringer(CallClass.NETWORK_RELAY, Reason.PUT, neighbour);
    }

    /** A neighbour that was asked and found this. */
    public static Bringer asked(CallClass callClass, PeerId neighbour, Get.Found found) {
        return new Bringer(callClass, found.fresh() ? Reason.FETCH : Reason.FETCH_STALE, neighbour);
    }

    /** A neighbour that tells of a change. */
    static Bringer of(PeerId neighbour, Update.Changed changed) {
        return new Bringer(
                CallClass.NETWORK_RELAY, Reason.UPKEEP, neighbour, new Claim(changed.before(), changed.after()));
    }

    /** A neighbour that was asked what this node's copy is missing. */
    static Bringer asked(PeerId neighbour) {
        return new Bringer(CallClass.BACKGROUND, Reason.UPKEEP, neighbour);
    }

    /** Whether somebody waits to see it. */
    boolean isFetch() {
        return reason == Reason.FETCH || reason == Reason.FETCH_STALE;
    }

    /** Whether that somebody brings it means that somebody wants it. */
    boolean isDemand() {
        return reason != Reason.UPKEEP;
    }

    /** Whether the bringer's request goes on towards the contract's location from here. */
    boolean isPassedOn() {
        return reason == Reason.PUT;
    }

    /** Whether a client of this node puts it. */
    boolean isClient() {
        return neighbour == null;
    }
}
