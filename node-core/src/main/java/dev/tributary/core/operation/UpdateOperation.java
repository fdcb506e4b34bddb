package dev.tributary.core.operation;

import dev.tributary.core.contract.CallClass;
import dev.tributary.core.error.ContractNotFoundException;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.error.RemoteFailureException;
import dev.tributary.core.hosting.ChangeResult;
import dev.tributary.core.hosting.HostedContracts;
import dev.tributary.core.hosting.StateOrigin;
import dev.tributary.core.hosting.StateReceiver;
import dev.tributary.core.request.Deadline;
import dev.tributary.core.request.RequestContext;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.GetResult;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.TransactionId;
import dev.tributary.core.value.UpdateReceipt;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Mono;

/**
 * Changes the state of a contract for a client of this node. A contract that this node holds is changed at once; any
 * other is first found on the ring and stored here. The change is broadcast to the other hosts after the commit, and
 * the receipt does not wait for them: it means that this node holds the change, and that the hosts will compare their
 * replicas until all of them hold it. If this node cannot store the change now, the changed state is put at other hosts,
 * and the receipt means that at least one of them holds it.
 */
public final class UpdateOperation {

    private final RequestContext context;
    private final HostedContracts contracts;
    private final StateReceiver receiver;
    private final GetOperation gets;
    private final PutOperation puts;
    private final AtomicLong changes = new AtomicLong();

    /**
     * Creates the operation.
     *
     * @param receiver applies the change
     * @param gets finds and stores contracts that this node does not hold
     * @param puts stores at other hosts what this node cannot store
     */
    public UpdateOperation(
            RequestContext context,
            HostedContracts contracts,
            StateReceiver receiver,
            GetOperation gets,
            PutOperation puts) {
        this.context = context;
        this.contracts = contracts;
        this.receiver = receiver;
        this.gets = gets;
        this.puts = puts;
    }

    /**
     * Runs a client's UPDATE. Each subscription is a new transaction. A quarantined contract is changed on this node
     * only, and the receipt says so. Errors with {@link ContractNotFoundException} if no host was found, and with
     * {@link dev.tributary.core.error.HostingBudgetException} or {@link dev.tributary.core.error.StorageException} if
     * neither this node nor another host can store the change.
     */
    public Mono<UpdateReceipt> update(ContractInstanceId id, StateChange change) {
        return Mono.defer(() -> {
            TransactionId tx = context.ids().get();
            return context.growingDeadline(context.config().deadline(), tx)
                    .limit(
                            deadline -> changeHere(id, change, deadline)
                                    .onErrorResume(
                                            NodeException.class,
                                            failure -> failure.isLackOfRoom()
                                                    ? changeElsewhere(tx, id, change, deadline, failure)
                                                    : Mono.error(failure))
                                    .flatMap(changed -> receipt(tx, changed)),
                            context.timer());
        });
    }

    /** Number of UPDATEs of clients that changed a state. */
    public long changeCount() {
        return changes.get();
    }

    private Mono<ChangeResult> changeHere(ContractInstanceId id, StateChange change, Deadline deadline) {
        return receiver.change(StateOrigin.ofClientUpdate(), id, change)
                .switchIfEmpty(Mono.defer(() -> fetchAndChange(id, change, deadline)));
    }

    private Mono<ChangeResult> fetchAndChange(ContractInstanceId id, StateChange change, Deadline deadline) {
        return gets.fetch(id, CallClass.CLIENT_LOCAL, deadline)
                .flatMap(result -> result instanceof GetResult.Found found
                        ? receiver.change(StateOrigin.ofClientUpdate(), id, change)
                                .switchIfEmpty(Mono.error(() -> contracts.noRoomError(found.contract(), found.value())))
                        : Mono.error(new ContractNotFoundException(id)));
    }

    /**
     * Changes the newest known state, and puts the result at other hosts.
     *
     * @param failure why this node cannot store it
     */
    private Mono<ChangeResult> changeElsewhere(
            TransactionId tx, ContractInstanceId id, StateChange change, Deadline deadline, NodeException failure) {
        return gets.fetch(id, CallClass.CLIENT_LOCAL, deadline.remaining())
                .ofType(GetResult.Found.class)
                .switchIfEmpty(Mono.error(failure))
                .flatMap(found -> receiver.apply(CallClass.CLIENT_LOCAL, found.contract(), found.value(), change)
                        .flatMap(state -> putElsewhere(tx, found, state, deadline)))
                // What this node lacks is clearer than what the last other host answered.
                .onErrorMap(RemoteFailureException.class, refused -> refused.isRejection() ? refused : failure);
    }

    private Mono<ChangeResult> putElsewhere(TransactionId tx, GetResult.Found found, State state, Deadline deadline) {
        ChangeResult changed = new ChangeResult(found.contract(), found.value().digest(), state.digest(), state);
        return changed.hasChanged()
                ? puts.publish(tx, deadline.remaining(), found.contract(), state)
                        .thenReturn(changed)
                : Mono.just(changed);
    }

    private Mono<UpdateReceipt> receipt(TransactionId tx, ChangeResult changed) {
        if (changed.hasChanged()) {
            changes.incrementAndGet();
        }
        boolean heldBack = !contracts.conformanceMonitor().mayBroadcast(changed.key());
        return contracts
                .summarize(CallClass.CLIENT_LOCAL, changed.contract(), changed.state())
                .map(summary -> new UpdateReceipt(tx, changed.key(), summary, changed.hasChanged(), heldBack));
    }
}
