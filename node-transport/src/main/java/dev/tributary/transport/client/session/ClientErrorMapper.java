package dev.tributary.transport.client.session;

import dev.tributary.core.error.ContractFailedException;
import dev.tributary.core.error.ContractNotFoundException;
import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.error.NodeStoppedException;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;
import dev.tributary.transport.client.message.ClientError;
import dev.tributary.transport.client.message.ClientError.Command;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Maps failures of the node to the errors of the client API. */
final class ClientErrorMapper {

    private static final Logger log = LoggerFactory.getLogger(ClientErrorMapper.class);

    private ClientErrorMapper() {}

    /** Returns the error for a client whose command on this contract failed. */
    static ClientError toClientError(Command command, ContractInstanceId id, Throwable failure) {
        if (failure instanceof ClientErrorException known) {
            return known.error();
        }
        if (failure instanceof NodeStoppedException) {
            return ClientError.Plain.SHUTDOWN;
        }
        if (failure instanceof ContractFailedException broken) {
            return broken.missing().isEmpty()
                    ? contract(command, broken.key(), broken)
                    : new ClientError.ContractMissing(
                            ClientError.MissingReason.RELATED, broken.missing().get(0));
        }
        if (failure instanceof ContractNotFoundException missing) {
            return new ClientError.ContractMissing(ClientError.MissingReason.CONTRACT, missing.id());
        }
        if (failure instanceof ContractRejectedException refused) {
            return contract(command, refused.key(), refused);
        }
        if (failure instanceof NodeException known) {
            return new ClientError.OperationError(text(command, id, known));
        }
        log.warn("client request failed command={} id={}", command, id, failure);
        return new ClientError.Unhandled("internal error; the node's log has the details");
    }

    private static ClientError contract(Command command, ContractKey key, NodeException failure) {
        return new ClientError.ContractFailed(command, key, String.valueOf(failure.getMessage()));
    }

    private static String text(Command command, ContractInstanceId id, NodeException failure) {
        return command + " of contract " + id + " failed: " + failure.getMessage()
                + (failure.isRetryable() ? "; it may be retried" : "");
    }
}
