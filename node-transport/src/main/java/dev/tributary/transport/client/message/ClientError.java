package dev.tributary.transport.client.message;

import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;

/** What the node tells a client when something went wrong. Kinds and texts are those that clients know. */
public sealed interface ClientError extends ClientReply {

    /** One line for a human. */
    String text();

    /** A kind that needs no further words. */
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

    /** The client's message could not be read. */
    record DeserializationError(String cause) implements ClientError {
        @Override
        public String text() {
            return "error while deserializing: " + cause;
        }
    }

    /** What is held of a contract is broken. */
    record IncorrectState(ContractKey key) implements ClientError {
        @Override
        public String text() {
            return "failed while trying to unpack state for " + key;
        }
    }

    /** Anything that has no kind of its own. */
    record Unhandled(String cause) implements ClientError {
        @Override
        public String text() {
            return "unhandled error: " + cause;
        }
    }

    /** Nobody is known under this number. */
    record UnknownClient(long client) implements ClientError {
        @Override
        public String text() {
            return "unknown client id: " + Long.toUnsignedString(client);
        }
    }

    /** An operation failed: the usual kind. The cause says how, and whether to try again. */
    record OperationError(String cause) implements ClientError {
        @Override
        public String text() {
            return "error while executing operation in the network: " + cause;
        }
    }

    /** What was tried with a contract, with the words that clients know for its failure. */
    enum Command {
        GET("failed to get contract "),
        PUT("put error for contract "),
        UPDATE("update error for contract "),
        SUBSCRIBE("failed to subscribe for contract ");

        private final String words;

        Command(String words) {
            this.words = words;
        }
    }

    /** A contract refused, or its code failed. */
    record ContractFailed(Command command, ContractKey key, String cause) implements ClientError {
        @Override
        public String text() {
            return command.words + key + ", reason: " + cause;
        }
    }

    /** Which contract is wanting, and why it is looked for. */
    enum Lack {
        STACK_OVERFLOW("dependency contract stack overflow: "),
        RELATED("missing related contract: "),
        CONTRACT("missing contract: ");

        private final String words;

        Lack(String words) {
            this.words = words;
        }
    }

    /** A contract that is needed is not there. */
    record ContractMissing(Lack lack, ContractInstanceId id) implements ClientError {
        @Override
        public String text() {
            return lack.words + id;
        }
    }

    /** A delegate could not be registered. */
    record DelegateNotRegistered(DelegateKey key) implements ClientError {
        @Override
        public String text() {
            return "error while registering delegate " + key;
        }
    }

    /** A delegate, or the request for one, failed. */
    record DelegateFailed(String cause) implements ClientError {
        @Override
        public String text() {
            return "execution error, cause " + cause;
        }
    }

    /** A delegate is not there. */
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

    /** A secret is none of the asker's business. */
    record SecretForbidden(SecretId secret) implements ClientError {
        @Override
        public String text() {
            return "forbidden access to secret: " + secret;
        }
    }
}
