package dev.tributary.transport.client.message;

import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateSummary;
import java.util.Optional;

/** A reply of the node to a client that is not an error. {@link NotFound} is an answer too. */
public sealed interface ClientAnswer extends ClientReply
        permits ClientAnswer.PutAnswer,
                ClientAnswer.GetAnswer,
                ClientAnswer.UpdateAnswer,
                ClientAnswer.SubscribeAnswer,
                ClientAnswer.UpdateNotification,
                ClientAnswer.NotFound,
                ClientAnswer.Delegate,
                ClientAnswer.Ok,
                ClientAnswer.StreamHeader,
                QueryAnswer,
                StreamChunk {

    /** The kinds of answers, one for each permitted type. */
    enum Kind {
        PUT,
        GET,
        UPDATE,
        SUBSCRIBE,
        UPDATE_NOTIFICATION,
        NOT_FOUND,
        DELEGATE,
        OK,
        STREAM_HEADER,
        QUERY,
        STREAM_CHUNK
    }

    Kind answerKind();

    @Override
    default Family family() {
        return Family.ANSWER;
    }

    /** The contract was published. */
    record PutAnswer(ContractKey key) implements ClientAnswer {

        @Override
        public Kind answerKind() {
            return Kind.PUT;
        }
    }

    /** The state of a contract, with the contract if it was requested. */
    record GetAnswer(ContractKey key, Optional<PackedContract> contract, State state) implements ClientAnswer {

        @Override
        public Kind answerKind() {
            return Kind.GET;
        }
    }

    /** The change was committed. The summary is that of the new state; it is empty if it is not available. */
    record UpdateAnswer(ContractKey key, StateSummary summary) implements ClientAnswer {

        @Override
        public Kind answerKind() {
            return Kind.UPDATE;
        }
    }

    /** The reply to a subscription; the client receives changes from now on if {@code isSubscribed}. */
    record SubscribeAnswer(ContractKey key, boolean isSubscribed) implements ClientAnswer {

        @Override
        public Kind answerKind() {
            return Kind.SUBSCRIBE;
        }
    }

    /** A change of a contract that the client is subscribed to. Sent without a request. */
    record UpdateNotification(ContractKey key, UpdatePayload payload) implements ClientAnswer {

        @Override
        public Kind answerKind() {
            return Kind.UPDATE_NOTIFICATION;
        }
    }

    /** The contract was not found. */
    record NotFound(ContractInstanceId id) implements ClientAnswer {

        @Override
        public Kind answerKind() {
            return Kind.NOT_FOUND;
        }
    }

    /**
     * The answer of a delegate. This node never sends it; a client of another node may receive it.
     *
     * @param body the complete encoded answer, which is validated but not interpreted
     */
    record Delegate(Bytes body) implements ClientAnswer {

        @Override
        public Kind answerKind() {
            return Kind.DELEGATE;
        }
    }

    /** An acknowledgement without content. */
    record Ok() implements ClientAnswer {

        @Override
        public Kind answerKind() {
            return Kind.OK;
        }
    }

    /**
     * Announces the chunks that follow. Native encoding only.
     *
     * @param stream the stream id of the chunks
     * @param totalBytes size of the reassembled message in bytes
     * @param announced present if the message is a {@link GetAnswer}
     */
    record StreamHeader(long stream, long totalBytes, Optional<AnnouncedState> announced) implements ClientAnswer {

        @Override
        public Kind answerKind() {
            return Kind.STREAM_HEADER;
        }
    }

    /** The key of the state that follows, and whether the contract is included. */
    record AnnouncedState(ContractKey key, boolean withContract) {}
}
