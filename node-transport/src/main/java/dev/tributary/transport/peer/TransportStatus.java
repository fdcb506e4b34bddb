package dev.tributary.transport.peer;

/**
 * A look at a transport, for those who watch it.
 *
 * @param links links that are open
 * @param accepting inbound handshakes under way
 * @param dialling outbound handshakes under way
 * @param unseen reports of {@link TcpPeerTransport#unconfirmed()} that nobody took
 * @param unknownReplies replies of kinds that this version does not know, ignored
 */
public record TransportStatus(int links, int accepting, int dialling, long unseen, long unknownReplies) {}
