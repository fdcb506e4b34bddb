package dev.tributary.transport.client.message;

import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;

/** An error reply of the node to a client. Kinds and texts are those of the reference protocol. */
public sealed interface ClientError extends ClientReply {

    /** The kinds of errors, one for each permitted type. */
    enum Kind {
        PLAIN,
        DESERIALIZATION_ERROR,
        INCORRECT_STATE,
        UNHANDLED,
        UNKNOWN_CLIENT,
        OPERATION_ERROR,
        CONTRACT_FAILED,
        CONTRACT_MISSING,
        DELEGATE_NOT_REGISTERED,
        DELEGATE_FAILED,
        DELEGATE_MISSING,
        SECRET_MISSING,
        SECRET_FORBIDDEN
    }

    Kind kind();

    @Override
    default Family family() {
        return Family.ERROR;
    }

    /** Returns a one-line description. */
    String text();

    /** A kind of error without parameters. */
    enum Plain implements ClientError {
        CHANNEL_CLOSED("comm channel between client/host closed"),
        DISCONNECT("client disconnected"),
        NODE_UNAVAILABLE("node not available"),
        TRANSPORT_PROTOCOL_DISCONNECT("lost the connection with the protocol handling connections"),
        FAILED_OPERATION("operation timed out"),
        SHUTDOWN("peer should shutdown"),
        EMPTY_RING("no ring connections found"),
        PEER_NOT_JOINED("peer has not joined the network yet"),
        REQUEST_DISCONNECT("client disconnected"),
        REQUEST_TIMEOUT("operation timed out");

        private final String text;

        Plain(String text) {
            this.text = text;
        }

        @Override
        public Kind kind() {
            return Kind.PLAIN;
        }

        @Override
        public String text() {
            return text;
        }
    }

    /** The client's message could not be decoded. */
    record DeserializationError(String cause) implements ClientError {
        @Override
        public String text() {
            return "error while deserializing: " + cause;
        }

        @Override
        public Kind kind() {
            return Kind.DESERIALIZATION_ERROR;
        }
    }

    /** The stored state of a contract is corrupt. */
    record IncorrectState(ContractKey key) implements ClientError {
        @Override
        public String text() {
            return "failed while trying to unpack state for " + key;
        }

        @Override
        public Kind kind() {
            return Kind.INCORRECT_STATE;
        }
    }

    /** An error without a kind of its own. */
    record Unhandled(String cause) implements ClientError {
        @Override
        public String text() {
            return "unhandled error: " + cause;
        }

        @Override
        public Kind kind() {
            return Kind.UNHANDLED;
        }
    }

    /** There is no client with this id. */
    record UnknownClient(long client) implements ClientError {
        @Override
        public String text() {
            return "unknown client id: " + Long.toUnsignedString(client);
        }

        @Override
        public Kind kind() {
            return Kind.UNKNOWN_CLIENT;
        }
    }

    /** An operation failed: the most common kind. The cause states why, and whether to retry. */
    record OperationError(String cause) implements ClientError {
        @Override
        public String text() {
            return "error while executing operation in the network: " + cause;
        }

        @Override
        public Kind kind() {
            return Kind.OPERATION_ERROR;
        }
    }

    /** The command that failed for a contract, with the text prefix that clients expect. */
    enum Command {
        GET("failed to get contract "),
        PUT("put error for contract "),
        UPDATE("update error for contract "),
        SUBSCRIBE("failed to subscribe for contract ");

        private final String prefix;

        Command(String prefix) {
            this.prefix = prefix;
        }
    }

    /** A contract rejected the command, or its code failed. */
    record ContractFailed(Command command, ContractKey key, String cause) implements ClientError {
        @Override
        public String text() {
            return command.prefix + key + ", reason: " + cause;
        }

        @Override
        public Kind kind() {
            return Kind.CONTRACT_FAILED;
        }
    }

    /** Reason why a missing contract was required, with the text prefix that clients expect. */
    enum MissingReason {
        STACK_OVERFLOW("dependency contract stack overflow: "),
        RELATED("missing related contract: "),
        CONTRACT("missing contract: ");

        private final String prefix;

        MissingReason(String prefix) {
            this.prefix = prefix;
        }
    }

    /** A required contract is missing. */
    record ContractMissing(MissingReason reason, ContractInstanceId id) implements ClientError {
        @Override
        public String text() {
            return reason.prefix + id;
        }

        @Override
        public Kind kind() {
            return Kind.CONTRACT_MISSING;
        }
    }

    /** A delegate could not be registered. */
    record DelegateNotRegistered(DelegateKey key) implements ClientError {
        @Override
        public String text() {
            return "error while registering delegate " + key;
        }

        @Override
        public Kind kind() {
            return Kind.DELEGATE_NOT_REGISTERED;
        }
    }

    /** A delegate, or a request to a delegate, failed. */
    record DelegateFailed(String cause) implements ClientError {
        @Override
        public String text() {
            return "execution error, cause " + cause;
        }

        @Override
        public Kind kind() {
            return Kind.DELEGATE_FAILED;
        }
    }

    /** A delegate is missing. */
    record DelegateMissing(DelegateKey key) implements ClientError {
        @Override
        public String text() {
            return "missing delegate " + key;
        }

        @Override
        public Kind kind() {
            return Kind.DELEGATE_MISSING;
        }
    }

    /** A delegate has no such secret. */
    record SecretMissing(DelegateKey key, SecretId secret) implements ClientError {
        @Override
        public String text() {
            return "missing secret `" + secret + "` for delegate " + key;
        }

        @Override
        public Kind kind() {
            return Kind.SECRET_MISSING;
        }
    }

    /** Access to a secret is forbidden. */
    record SecretForbidden(SecretId secret) implements ClientError {
        @Override
        public String text() {
            return "forbidden access to secret: " + secret;
        }

        @Override
        public Kind kind() {
            return Kind.SECRET_FORBIDDEN;
        }
    }
}
