package dev.tributary.transport.client.session;

import dev.tributary.core.error.ContractFailedException;
import dev.tributary.core.error.ContractNotFoundException;
import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.error.RateLimitedLog;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;
import dev.tributary.transport.client.message.ClientError;
import dev.tributary.transport.client.message.ClientError.Command;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Maps failures of the node to the errors of the client API. */
final class ClientErrorMapper {

    private static final Logger log = LoggerFactory.getLogger(ClientErrorMapper.class);
    private static final RateLimitedLog failures = RateLimitedLog.of(log);

    private ClientErrorMapper() {}

    /** Returns the error for a client whose command on this contract failed. */
    static ClientError toClientError(Command command, ContractInstanceId id, Throwable failure) {
        if (failure instanceof ClientErrorException known) {
            return known.error();
        }
        if (failure instanceof NodeException known) {
            return toClientError(command, id, known);
        }
        failures.warn(failure, "client request failed command={} id={}", command, id);
        return new ClientError.Unhandled("internal error; the node's log has the details");
    }

    private static ClientError toClientError(Command command, ContractInstanceId id, NodeException failure) {
        return switch (failure.kind()) {
            case NODE_STOPPED -> ClientError.Plain.SHUTDOWN;
            case CONTRACT_FAILED -> contractFailed(command, (ContractFailedException) failure);
            case CONTRACT_NOT_FOUND ->
                new ClientError.ContractMissing(
                        ClientError.MissingReason.CONTRACT, ((ContractNotFoundException) failure).id());
            case CONTRACT_REJECTED -> contract(command, ((ContractRejectedException) failure).key(), failure);
            case CHANNEL_CLOSED,
                    CHANNEL_FULL,
                    CONTRACT_DAMAGED,
                    CONTRACT_QUARANTINED,
                    CONTRACT_UNSUPPORTED,
                    DEADLINE_EXCEEDED,
                    EXCHANGE_TIMEOUT,
                    HOSTING_BUDGET,
                    LINK_CLOSED,
                    NODE_BUSY,
                    PAYLOAD_TOO_LARGE,
                    PEER_UNREACHABLE,
                    PEER_UNRESPONSIVE,
                    PROTOCOL,
                    REMOTE_FAILURE,
                    STORAGE -> new ClientError.OperationError(text(command, id, failure));
        };
    }

    private static ClientError contractFailed(Command command, ContractFailedException failure) {
        return failure.missing().isEmpty()
                ? contract(command, failure.key(), failure)
                : new ClientError.ContractMissing(
                        ClientError.MissingReason.RELATED, failure.missing().get(0));
    }

    private static ClientError contract(Command command, ContractKey key, NodeException failure) {
        return new ClientError.ContractFailed(command, key, String.valueOf(failure.getMessage()));
    }

    private static String text(Command command, ContractInstanceId id, NodeException failure) {
        return command + " of contract " + id + " failed: " + failure.getMessage()
                + (failure.isRetryable() ? "; it may be retried" : "");
    }
}
