package dev.tributary.transport.client.message;

import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateSummary;
import java.util.List;
import java.util.Optional;

/** A request of a client. There are no request ids: replies are matched to requests by kind and order. */
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

    /** The kinds of requests, one for each permitted type. */
    enum Kind {
        PUT,
        UPDATE,
        GET,
        SUBSCRIBE,
        DELEGATE,
        DISCONNECT,
        AUTHENTICATE,
        CLOSE,
        QUERY,
        STREAM_CHUNK
    }

    Kind requestKind();

    /**
     * Publishes a contract with a state.
     *
     * @param related states of related contracts; an id without a state names a related contract that is required
     * @param subscribe whether to also subscribe to changes
     * @param blockingSubscribe whether the answer waits until the subscription is established
     */
    record Put(
            PackedContract contract, State state, List<Related> related, boolean subscribe, boolean blockingSubscribe)
            implements ClientRequest {

        public Put {
            related = List.copyOf(related);
        }

        @Override
        public Kind requestKind() {
            return Kind.PUT;
        }
    }

    /** A contract that a state depends on, with its state if the client has it. */
    record Related(ContractInstanceId id, Optional<State> state) {}

    /**
     * Changes a state.
     *
     * @param code the code hash that the client claims. Only the id is used, because clients also send zeroes or no
     *     hash
     */
    record Update(ContractInstanceId id, Optional<CodeHash> code, UpdatePayload payload) implements ClientRequest {

        @Override
        public Kind requestKind() {
            return Kind.UPDATE;
        }
    }

    /**
     * Fetches a state.
     *
     * @param withContract whether the answer contains code and parameters
     * @param subscribe whether to also subscribe to changes
     * @param blockingSubscribe whether the answer waits until the subscription is established
     */
    record Get(ContractInstanceId id, boolean withContract, boolean subscribe, boolean blockingSubscribe)
            implements ClientRequest {

        @Override
        public Kind requestKind() {
            return Kind.GET;
        }
    }

    /**
     * Subscribes to the changes of a contract.
     *
     * @param summary summary of the client's state: changes are then sent as deltas to it, otherwise as full states
     */
    record Subscribe(ContractInstanceId id, Optional<StateSummary> summary) implements ClientRequest {

        @Override
        public Kind requestKind() {
            return Kind.SUBSCRIBE;
        }
    }

    /**
     * A request to a delegate, which this node does not support.
     *
     * @param body the complete encoded request, which is validated but not interpreted
     */
    record Delegate(DelegateCall call, Bytes body) implements ClientRequest {

        @Override
        public Kind requestKind() {
            return Kind.DELEGATE;
        }
    }

    /** Kind of a delegate request. */
    enum DelegateCall {
        APPLICATION_MESSAGES,
        REGISTER,
        UNREGISTER,
        REGISTER_WITH_PREDECESSORS
    }

    /** The client disconnects, optionally with a reason. Not answered. */
    record Disconnect(Optional<String> cause) implements ClientRequest {

        @Override
        public Kind requestKind() {
            return Kind.DISCONNECT;
        }
    }

    /** A token sent after connecting. Accepted without effect and not answered. */
    record Authenticate(String token) implements ClientRequest {

        @Override
        public Kind requestKind() {
            return Kind.AUTHENTICATE;
        }
    }

    /** Asks the node to close the connection. Native encoding only. */
    record Close() implements ClientRequest {

        @Override
        public Kind requestKind() {
            return Kind.CLOSE;
        }
    }
}
