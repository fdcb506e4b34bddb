package dev.tributary.core.membership;

import dev.tributary.core.error.RateLimitedLog;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.value.TimeSource;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Limits the number of neighbours that share an address prefix, and warns when links are refused. Loop thread only. */
final class PrefixLimit {

    private final NeighbourSlots slots;
    private final LinkReports reports;
    private final RateLimitedLog warnings;

    PrefixLimit(NeighbourSlots slots, LinkReports reports, TimeSource time) {
        this.slots = slots;
        this.reports = reports;
        this.warnings = new RateLimitedLog(LoggerFactory.getLogger(PrefixLimit.class), 1, time::nanos);
    }

    /** Returns whether the link is within the limit; rejects it if not. */
    boolean admits(PeerLink link) {
        if (!slots.isPrefixFull(link, false)) {
            return true;
        }
        warn(link);
        reports.reject(link, CloseReason.Kind.NOT_NEEDED, detail());
        return false;
    }

    /** Admits a link of a peer that has a slot already, unless it now connects from another prefix that is full. */
    boolean admitsAgain(PeerLink existing, PeerLink link) {
        return NeighbourSlots.prefixOf(existing).equals(NeighbourSlots.prefixOf(link)) || admits(link);
    }

    /** The link got no slot: warns if this limit is a reason. */
    void onNoSlot(PeerLink link) {
        if (slots.isPrefixFull(link, false)) {
            warn(link);
        }
    }

    /** Closes the neighbour of the same prefix whose place a ring neighbour or an operator's peer takes, if any. */
    void displaceFor(PeerLink link) {
        slots.displacedBy(link).ifPresent(displaced -> {
            warn(displaced);
            displaced.close(new CloseReason(CloseReason.Kind.NOT_NEEDED, detail()));
        });
    }

    private String detail() {
        return slots.maxPerPrefix() + " neighbours share its address prefix already (ring.per-prefix)";
    }

    private void warn(PeerLink link) {
        warnings.log(
                Level.WARN,
                "address prefix full peer={} address={} setting=ring.per-prefix limit={}: more peers behind one"
                        + " address need a higher limit",
                link.peer().brief(),
                link.address(),
                slots.maxPerPrefix());
    }
}
