package dev.tributary.core.loop;

import dev.tributary.core.message.PeerMessage;

/** Names an event, and whose it is, for a report. */
final class EventText {

    private EventText() {}

    /** The kind of the event, its transaction, and the peer or client that it came from. */
    static String of(LoopEvent event) {
        return switch (event.source()) {
            case NOTIFICATIONS -> local((LocalEvent) event);
            case HANDSHAKES -> handshake((HandshakeEvent) event);
            case TRANSPORT -> transport((TransportEvent) event);
        };
    }

    private static String local(LocalEvent event) {
        return switch (event.kind()) {
            case CLIENT_REQUESTED -> ((LocalEvent.ClientRequested<?>) event).name() + " of a client";
            case BACKGROUND_WORK -> event.name() + " " + ((LocalEvent.BackgroundWork) event).description();
            case MAINTENANCE_DUE, REDIAL_LOST_PEERS_DUE, PEERS_FOUND, PROBE -> event.name();
        };
    }

    private static String handshake(HandshakeEvent event) {
        return switch (event.kind()) {
            case ACCEPTED ->
                event.name() + " from "
                        + ((HandshakeEvent.Accepted) event).link().peer();
            case DIALLED ->
                event.name() + " to " + ((HandshakeEvent.Dialled) event).link().peer();
            case DIAL_FAILED -> event.name() + " to " + ((HandshakeEvent.DialFailed) event).address();
            case HANDSHAKE_STARTED -> event.name() + " from " + ((HandshakeEvent.HandshakeStarted) event).from();
            case HANDSHAKE_FAILED -> event.name() + " from " + ((HandshakeEvent.HandshakeFailed) event).from();
        };
    }

    private static String transport(TransportEvent event) {
        return switch (event.kind()) {
            case RECEIVED ->
                message(((TransportEvent.Received) event).message()) + " from "
                        + event.link().peer();
            case LINK_CLOSED -> event.name() + " of " + event.link().peer();
        };
    }

    private static String message(PeerMessage message) {
        Class<?> type = message.getClass();
        Class<?> outer = type.getEnclosingClass();
        return (outer == null ? "" : outer.getSimpleName() + ".") + type.getSimpleName() + " " + message.tx();
    }
}
