package dev.tributary.transport.client.session;

import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.transport.client.codec.ClientEncoding;
import java.util.Optional;

/**
 * Identity of the client of a session.
 *
 * @param address remote address, for logs
 * @param application the web application that the token identifies, if the client sent a valid token
 * @param isTokenInvalid whether the client sent a token that is unknown or expired
 */
public record ClientIdentity(
        String address, ClientEncoding encoding, Optional<ContractInstanceId> application, boolean isTokenInvalid) {}
