package dev.tributary.transport.peer;

/**
 * A snapshot of a transport's counters, for monitoring.
 *
 * @param links number of open links
 * @param accepting number of inbound handshakes in progress
 * @param dialling number of outbound handshakes in progress
 * @param unseen number of reports of {@link TcpPeerTransport#unconfirmed()} that were dropped
 * @param unknownReplies number of ignored replies of unknown kinds
 */
public record TransportStatus(int links, int accepting, int dialling, long unseen, long unknownReplies) {}
