package dev.tributary.transport.client.message;

import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateSummary;
import java.util.List;
import java.util.Optional;

/** What a client asks for. There are no request ids: answers are matched by kind and order. */
public sealed interface ClientRequest
        permits ClientRequest.Put,
                ClientRequest.Update,
                ClientRequest.Get,
                ClientRequest.Subscribe,
                ClientRequest.Delegate,
                ClientRequest.Disconnect,
                ClientRequest.Authenticate,
                ClientRequest.Close,
                NodeQuery,
                StreamChunk {

    /**
     * Publish a contract with a state.
     *
     * @param related states of other contracts that the client sends along; an id without a state names one that is
     *     needed
     * @param subscribe whether changes are wanted from now on
     * @param blockingSubscribe whether the answer waits until the subscription stands
     */
    record Put(
            PackedContract contract, State state, List<Related> related, boolean subscribe, boolean blockingSubscribe)
            implements ClientRequest {

        public Put {
            related = List.copyOf(related);
        }
    }

    /** Another contract that a state depends on, with its state if the client has it. */
    record Related(ContractInstanceId id, Optional<State> state) {}

    /**
     * Change a state.
     *
     * @param code the code hash that the client claims. Clients send zeroes and nothing here: only the id counts
     */
    record Update(ContractInstanceId id, Optional<CodeHash> code, UpdatePayload payload) implements ClientRequest {}

    /**
     * Fetch a state.
     *
     * @param withContract whether code and parameters are wanted too
     * @param subscribe whether changes are wanted from now on
     * @param blockingSubscribe whether the answer waits until the subscription stands
     */
    record Get(ContractInstanceId id, boolean withContract, boolean subscribe, boolean blockingSubscribe)
            implements ClientRequest {}

    /**
     * Hear of each change from now on.
     *
     * @param summary what the client holds: changes then come as deltas to it. Without one they come as full states
     */
    record Subscribe(ContractInstanceId id, Optional<StateSummary> summary) implements ClientRequest {}

    /**
     * Something for a delegate, which this node does not run.
     *
     * @param body the request in its own encoding, not looked into any further than its encoding demands
     */
    record Delegate(DelegateCall call, Bytes body) implements ClientRequest {}

    /** What is asked of a delegate. */
    enum DelegateCall {
        APPLICATION_MESSAGES,
        REGISTER,
        UNREGISTER,
        REGISTER_WITH_PREDECESSORS
    }

    /** The client leaves, and may say why. Not answered. */
    record Disconnect(Optional<String> cause) implements ClientRequest {}

    /** A token sent late. Accepted, without effect, and not answered. */
    record Authenticate(String token) implements ClientRequest {}

    /** The client wants the node to close the connection. Native encoding only. */
    record Close() implements ClientRequest {}
}
