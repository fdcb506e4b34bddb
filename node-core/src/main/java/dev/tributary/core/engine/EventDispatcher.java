package dev.tributary.core.engine;

import dev.tributary.core.loop.HandshakeEvent;
import dev.tributary.core.loop.LocalEvent;
import dev.tributary.core.loop.LoopEvent;
import dev.tributary.core.loop.TransportEvent;
import dev.tributary.core.membership.MembershipEvents;
import dev.tributary.core.message.Hosting;
import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.message.PeerNotice;
import dev.tributary.core.message.PeerReply;
import dev.tributary.core.message.PeerRequest;
import dev.tributary.core.message.Underway;
import dev.tributary.core.message.Update;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.request.Exchanges;
import java.util.function.Consumer;

/** Hands each event of the loop to the part of the node that it concerns. Loop thread only. */
final class EventDispatcher implements Consumer<LoopEvent> {

    private final MembershipEvents membership;
    private final ClientRequestHandler clients;
    private final PeerRequestHandler peers;
    private final Exchanges exchanges;
    private final BackgroundRunner background;

    EventDispatcher(
            MembershipEvents membership,
            ClientRequestHandler clients,
            PeerRequestHandler peers,
            Exchanges exchanges,
            BackgroundRunner background) {
        this.membership = membership;
        this.clients = clients;
        this.peers = peers;
        this.exchanges = exchanges;
        this.background = background;
    }

    @Override
    public void accept(LoopEvent event) {
        switch (event.source()) {
            case NOTIFICATIONS -> onLocal((LocalEvent) event);
            case HANDSHAKES -> membership.onHandshake((HandshakeEvent) event);
            case TRANSPORT -> onTransport((TransportEvent) event);
        }
    }

    private void onLocal(LocalEvent event) {
        switch (event.kind()) {
            case CLIENT_REQUESTED -> clients.onRequest((LocalEvent.ClientRequested<?>) event);
            case MAINTENANCE_DUE -> membership.onMaintenanceDue();
            case REDIAL_LOST_PEERS_DUE -> membership.onRedialDue();
            case PEERS_FOUND -> membership.onPeersFound((LocalEvent.PeersFound) event);
            case BACKGROUND_WORK -> background.start((LocalEvent.BackgroundWork) event);
            case PROBE -> ((LocalEvent.Probe) event).handled().tryEmitEmpty();
        }
    }

    private void onTransport(TransportEvent event) {
        switch (event.kind()) {
            case RECEIVED -> take(event.link(), ((TransportEvent.Received) event).message());
            case LINK_CLOSED -> onLinkClosed((TransportEvent.LinkClosed) event);
        }
    }

    private void onLinkClosed(TransportEvent.LinkClosed closed) {
        membership.onLinkClosed(closed);
        exchanges.onLinkClosed(closed.link(), closed.reason());
        peers.onLinkClosed(closed.link());
    }

    /** What handles the message counts its bytes next. They must not count twice: together they may exceed the plan. */
    private void take(PeerLink link, PeerMessage message) {
        link.taken(message);
        onMessage(link, message);
    }

    private void onMessage(PeerLink link, PeerMessage message) {
        switch (message.family()) {
            case REPLY -> exchanges.complete(link, (PeerReply) message);
            case REQUEST -> peers.onRequest(link, (PeerRequest) message);
            case NOTICE -> onNotice(link, (PeerNotice) message);
        }
    }

    private void onNotice(PeerLink link, PeerNotice notice) {
        switch (notice.kind()) {
            case UPDATE_ACKNOWLEDGED -> peers.onAcknowledged(link, (Update.Acknowledged) notice);
            case UPDATE_CHANGED -> peers.onUpdate(link, (Update.Changed) notice);
            case HOSTING_UNFOLLOWED -> peers.onUnfollowed(link, (Hosting.Unfollowed) notice);
            case UNDERWAY -> exchanges.onUnderway(link, (Underway) notice);
            case CONNECT_FULL -> membership.onFull(link);
        }
    }
}
