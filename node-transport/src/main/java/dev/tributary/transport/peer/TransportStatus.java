package dev.tributary.transport.peer;

/**
 * A snapshot of a transport's counters, for monitoring.
 *
 * @param links number of open links
 * @param inboundHandshakes number of inbound handshakes in progress
 * @param outboundHandshakes number of outbound handshakes in progress
 * @param droppedReports number of reports of {@link TcpPeerTransport#handshakeEvents()} that were dropped
 * @param unknownReplies number of ignored replies of unknown kinds
 */
public record TransportStatus(
        int links, int inboundHandshakes, int outboundHandshakes, long droppedReports, long unknownReplies) {}
