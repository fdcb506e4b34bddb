package dev.tributary.core.membership;

import dev.tributary.core.loop.HandshakeEvent;
import dev.tributary.core.loop.LocalEvent;
import dev.tributary.core.loop.TransportEvent;
import dev.tributary.core.peer.PeerLink;

/** Brings what happens to links before the link table and the maintenance of neighbours. Loop thread only. */
public final class MembershipEvents {

    private final LinkTable links;
    private final NeighbourMaintenance maintenance;

    public MembershipEvents(LinkTable links, NeighbourMaintenance maintenance) {
        this.links = links;
        this.maintenance = maintenance;
    }

    public void onHandshake(HandshakeEvent event) {
        links.onHandshake(event).ifPresent(maintenance::onLinked);
        switch (event.kind()) {
            case DIALLED -> {
                HandshakeEvent.Dialled dialled = (HandshakeEvent.Dialled) event;
                maintenance.onAnswered(dialled.address(), dialled.link());
            }
            case DIAL_FAILED -> maintenance.onDialFailed(((HandshakeEvent.DialFailed) event).address());
            case ACCEPTED, HANDSHAKE_STARTED, HANDSHAKE_FAILED -> {}
        }
    }

    public void onLinkClosed(TransportEvent.LinkClosed closed) {
        links.onLinkClosed(closed)
                .ifPresent(linkedFor -> maintenance.onNeighbourLost(closed.link(), closed.reason(), linkedFor));
    }

    /** The peer has no free slot, and lets this node search for neighbours through the link. */
    public void onFull(PeerLink link) {
        if (links.onFull(link)) {
            maintenance.onTransientLink();
        }
    }

    public void onMaintenanceDue() {
        maintenance.runRound();
    }

    public void onRedialDue() {
        maintenance.redialLostPeers();
    }

    public void onPeersFound(LocalEvent.PeersFound event) {
        maintenance.onPeersFound(event.contacts());
    }
}
