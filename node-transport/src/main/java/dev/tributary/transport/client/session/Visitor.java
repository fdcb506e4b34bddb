package dev.tributary.transport.client.session;

import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.transport.client.codec.ClientEncoding;
import java.util.Optional;

/**
 * Who opens a session.
 *
 * @param address from where, for logs
 * @param application the web application that speaks, if it showed a token
 * @param stale whether it showed a token that does not count
 */
public record Visitor(
        String address, ClientEncoding encoding, Optional<ContractInstanceId> application, boolean stale) {}
