package dev.tributary.transport.client.message;

import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;

/** An error reply of the node to a client. Kinds and texts are those of the reference protocol. */
public sealed interface ClientError extends ClientReply {

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
    }

    /** The stored state of a contract is corrupt. */
    record IncorrectState(ContractKey key) implements ClientError {
        @Override
        public String text() {
            return "failed while trying to unpack state for " + key;
        }
    }

    /** An error without a kind of its own. */
    record Unhandled(String cause) implements ClientError {
        @Override
        public String text() {
            return "unhandled error: " + cause;
        }
    }

    /** There is no client with this id. */
    record UnknownClient(long client) implements ClientError {
        @Override
        public String text() {
            return "unknown client id: " + Long.toUnsignedString(client);
        }
    }

    /** An operation failed: the most common kind. The cause states why, and whether to retry. */
    record OperationError(String cause) implements ClientError {
        @Override
        public String text() {
            return "error while executing operation in the network: " + cause;
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
    }

    /** A delegate could not be registered. */
    record DelegateNotRegistered(DelegateKey key) implements ClientError {
        @Override
        public String text() {
            return "error while registering delegate " + key;
        }
    }

    /** A delegate, or a request to a delegate, failed. */
    record DelegateFailed(String cause) implements ClientError {
        @Override
        public String text() {
            return "execution error, cause " + cause;
        }
    }

    /** A delegate is missing. */
    record DelegateMissing(DelegateKey key) implements ClientError {
        @Override
        public String text() {
            return "missing delegate " + key;
        }
    }

    /** A delegate has no such secret. */
    record SecretMissing(DelegateKey key, SecretId secret) implements ClientError {
        @Override
        public String text() {
            return "missing secret `" + secret + "` for delegate " + key;
        }
    }

    /** Access to a secret is forbidden. */
    record SecretForbidden(SecretId secret) implements ClientError {
        @Override
        public String text() {
            return "forbidden access to secret: " + secret;
        }
    }
}
