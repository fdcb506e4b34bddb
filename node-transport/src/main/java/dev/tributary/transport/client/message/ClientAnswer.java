package dev.tributary.transport.client.message;

import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateSummary;
import java.util.Optional;

/** What the node tells a client when all went well. That a contract was not found is an answer too. */
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

    /** The contract is published. */
    record PutAnswer(ContractKey key) implements ClientAnswer {}

    /** A state, with the contract if that was asked for. */
    record GetAnswer(ContractKey key, Optional<PackedContract> contract, State state) implements ClientAnswer {}

    /** The change is made; the summary is of the state after it, empty if it could not be had. */
    record UpdateAnswer(ContractKey key, StateSummary summary) implements ClientAnswer {}

    /** The client hears of changes from now on, if {@code subscribed}. */
    record SubscribeAnswer(ContractKey key, boolean subscribed) implements ClientAnswer {}

    /** A change of a contract that the client subscribed to. Comes unasked. */
    record UpdateNotification(ContractKey key, UpdatePayload payload) implements ClientAnswer {}

    /** The search for a contract ended without finding it. */
    record NotFound(ContractInstanceId id) implements ClientAnswer {}

    /**
     * What a delegate says. This node never does; a client of another node may hear it.
     *
     * @param body the answer in its own encoding, not looked into any further than its encoding demands
     */
    record Delegate(Bytes body) implements ClientAnswer {}

    /** Done, and nothing else to say. */
    record Ok() implements ClientAnswer {}

    /**
     * Says what the chunks that follow will be. Native encoding only.
     *
     * @param stream the chunks' stream
     * @param totalBytes the size of the message that they add up to
     * @param announced set if that message is a {@link GetAnswer}
     */
    record StreamHeader(long stream, long totalBytes, Optional<Announced> announced) implements ClientAnswer {}

    /** Which state is about to come, and whether its contract comes with it. */
    record Announced(ContractKey key, boolean withContract) {}
}
