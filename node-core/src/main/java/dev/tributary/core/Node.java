package dev.tributary.core;

import dev.tributary.core.engine.Liveness;
import dev.tributary.core.loop.record.LoopRecord;
import dev.tributary.core.storage.StoreEntry;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;
import dev.tributary.core.value.ContractUpdate;
import dev.tributary.core.value.GetResult;
import dev.tributary.core.value.NodeEvent;
import dev.tributary.core.value.PutOutcome;
import dev.tributary.core.value.PutReceipt;
import dev.tributary.core.value.PutRequest;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.StateSummary;
import dev.tributary.core.value.UpdateReceipt;
import dev.tributary.core.watchdog.StallStatus;
import dev.tributary.core.watchdog.Watched;
import java.time.Duration;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A running node. Nothing happens before subscription; each subscription is a new operation, with exactly one result.
 * Results arrive on the node's callback threads, never on its loop. Errors are
 * {@link dev.tributary.core.error.NodeException}s:
 *
 * <ul>
 *   <li>{@link dev.tributary.core.error.DeadlineExceededException} after the configured deadline,
 *   <li>{@link dev.tributary.core.error.NodeBusyException} when the maximum number of operations is running,
 *   <li>{@link dev.tributary.core.error.ChannelFullException} when the event loop's queue is full,
 *   <li>{@link dev.tributary.core.error.NodeStoppedException} when the node stops or has stopped,
 *   <li>{@link dev.tributary.core.error.PeerUnreachableException} when the last eligible neighbour was lost,
 *   <li>{@link dev.tributary.core.error.RemoteFailureException} when a peer refused the request,
 *   <li>{@link dev.tributary.core.error.StorageException} when the store could not be read or written.
 * </ul>
 */
public interface Node {

    /** Returns a builder with all defaults but the transport, which the caller sets. */
    static NodeBuilder builder() {
        return new NodeBuilder();
    }

    /**
     * Publishes a contract with a state, merges the state into the stored one, and reports where it was stored.
     * Cancelling stops the forwarding; peers that stored the state already keep it.
     *
     * @param state at most {@link dev.tributary.core.contract.ContractLimits#stateBytes()} bytes
     * @return the receipt, or an error; besides those above
     *     {@link dev.tributary.core.error.ContractRejectedException} if the contract rejects the state,
     *     {@link dev.tributary.core.error.ContractUnsupportedException} if this node cannot run its code, and
     *     {@link dev.tributary.core.error.PayloadTooLargeException}
     */
    Mono<PutReceipt> put(Contract contract, State state);

    /** Finds a contract's state. {@link GetResult.NotFound} is a result, not an error. */
    Mono<GetResult> get(ContractInstanceId id);

    /**
     * Changes a contract's state on this node and reports the resulting state; the update is broadcast to the other
     * hosts without waiting for them. A contract that this node does not hold is searched for first. Cancelling before
     * the commit leaves the state unchanged.
     *
     * @param change a full state, a delta that the contract can interpret, or both; at most
     *     {@link dev.tributary.core.contract.ContractLimits#stateBytes()} bytes
     * @return the receipt, also if the change left the state as it was; or an error, besides those above
     *     {@link dev.tributary.core.error.ContractNotFoundException} if no host of the contract was found,
     *     {@link dev.tributary.core.error.ContractRejectedException} if it rejects the change,
     *     {@link dev.tributary.core.error.ContractFailedException} if its call failed,
     *     {@link dev.tributary.core.error.ContractUnsupportedException} if this node cannot run its code,
     *     {@link dev.tributary.core.error.HostingBudgetException} if it was found and exceeds this node's hosting budget, and
     *     {@link dev.tributary.core.error.PayloadTooLargeException}
     */
    Mono<UpdateReceipt> update(ContractInstanceId id, StateChange change);

    /**
     * Emits the contract's current state, then every change in order, from any node, until the subscriber cancels. If
     * no node holds the contract yet, waits for it. While it has a subscriber, the node hosts the contract and keeps
     * its replica in sync; a change of the other hosts does not interrupt the subscription.
     * <p>
     * A subscriber with too little demand slows no other: when it requests again, it receives the latest state and the
     * number of skipped ones. It is called on the node's callback threads, or on the thread that requests, and must not
     * block them.
     *
     * @return never completes; errors, besides those above, are
     *     {@link dev.tributary.core.error.NodeBusyException} when the maximum number of subscribers of
     *     {@link dev.tributary.core.subscription.SubscriptionConfig} is reached,
     *     {@link dev.tributary.core.error.HostingBudgetException} if it was found and exceeds this node's hosting budget, and
     *     {@link dev.tributary.core.error.NodeStoppedException} when the node stops
     */
    Flux<ContractUpdate> subscribe(ContractInstanceId id);

    /**
     * Computes with the contract the delta from a summary to a state. A local operation: it contacts no peer and
     * changes no state.
     *
     * @return the delta, or an error; besides those above
     *     {@link dev.tributary.core.error.ContractNotFoundException} if this node does not hold the contract, and
     *     {@link dev.tributary.core.error.ContractFailedException} if the contract's call failed
     */
    Mono<StateDelta> delta(ContractInstanceId id, State state, StateSummary known);

    /**
     * Pins a contract: this node hosts it until it is unpinned, across restarts, keeps its replica in sync, and never
     * evicts it for others, even if pinned contracts use the whole hosting budget. A contract that this node does not
     * hold is searched for first.
     *
     * @return the key, also if it was pinned already; or an error, besides those above
     *     {@link dev.tributary.core.error.ContractNotFoundException} if no host of the contract was found, and
     *     {@link dev.tributary.core.error.HostingBudgetException} if it was found and exceeds this node's hosting budget
     */
    Mono<ContractKey> pin(ContractInstanceId id);

    /**
     * Unpins a contract: from now on it may be evicted, according to its demand.
     *
     * @return the key, also if it was not pinned; or an error, besides those above
     *     {@link dev.tributary.core.error.ContractNotFoundException} if this node does not hold the contract
     */
    Mono<ContractKey> unpin(ContractInstanceId id);

    /**
     * Removes a contract from this node, also one whose copy is damaged. Other nodes keep their copies, and bring the
     * contract back if this node is close to it or asks for it.
     *
     * @return whether this node stored it, or an error as above
     */
    Mono<Boolean> drop(ContractInstanceId id);

    /**
     * Pauses or resumes the scrub, the reading of all copies that finds damaged ones. A node starts with a running scrub;
     * a pause begins after the copy that is being read. Any thread.
     */
    void setScrubPaused(boolean paused);

    /**
     * The contracts that this node holds at the moment of subscription, in no order, except for those whose entry in the
     * store cannot be read; their states are not read.
     */
    Flux<StoreEntry> storedContracts();

    /**
     * The ids of the contracts that this node holds at the moment of subscription, in no order, as the node knows them
     * from memory: also of those whose entry in the store cannot be read. Any thread.
     */
    Flux<ContractInstanceId> contractIds();

    /**
     * Runs the PUTs with the given concurrency and emits one outcome each, in the order in which they finish. A failed
     * PUT is an outcome and does not end the stream; an error of {@code requests} does. Requests are taken from
     * upstream only as operations finish and outcomes are requested.
     *
     * @param concurrency maximum number of concurrent PUTs, 1 or more
     */
    Flux<PutOutcome> putAll(Publisher<PutRequest> requests, int concurrency);

    /** As {@link #putAll(Publisher, int)} with a concurrency of 64. */
    default Flux<PutOutcome> putAll(Publisher<PutRequest> requests) {
        return putAll(requests, 64);
    }

    /**
     * Completes as soon as the node has at least this many neighbours, at once if it already has. Errors with
     * {@link dev.tributary.core.error.NodeStoppedException} if the node stops first.
     */
    Mono<Void> awaitNeighbours(int neighbours);

    /** A snapshot of the node. Cheap; any thread. */
    NodeStatus status();

    /**
     * A copy of the latest events of the event loop, and how long events waited and took since the node's start. The
     * loop keeps {@link dev.tributary.core.loop.LoopConfig#recordedEvents()} events. Takes some milliseconds; any thread.
     *
     * @param maxAge only events that ended within this time
     */
    LoopRecord loopRecord(Duration maxAge);

    /**
     * Sends an event through the loop, the timer, a contract thread and the store, and tells which of them did not
     * answer. Emits within five seconds and never errors; at most one check a second is made, which its callers share.
     * Results may arrive on any thread.
     */
    Mono<Liveness> liveness();

    /** What the watchdog has found: the stalls that have not ended, and the number of each verdict. Cheap; any thread. */
    StallStatus stalls();

    /**
     * Lets the node's watchdog watch this part of the application too, until the node stops. Stalls of it are logged,
     * counted and published like those of the node's own parts. Any thread.
     */
    void watch(Watched part);

    /** The node's events from now on. A subscriber that lags more than 256 behind loses the oldest (counted). */
    Flux<NodeEvent> events();

    /**
     * Stops the node: rejects new operations, waits for running ones up to the configured timeout, notifies subscribers
     * and peers, and completes when everything is closed. Further subscriptions get the same result.
     */
    Mono<Void> stop();

    /**
     * Completes when a stopping node has ended the operations of its clients, or has given them up. Their answers may be
     * on their way; a server for clients should close now. Links and store are closed after it.
     */
    Mono<Void> onDrained();

    /**
     * Completes when the node was stopped. A node stops itself when a part of it ends that it cannot work without; then
     * this errors with {@link dev.tributary.core.error.NodeFailedException}, within five seconds, also if the stop has
     * not ended by then. The process should end, or start another node.
     */
    Mono<Void> onStop();
}
