package dev.tributary.core.operation;

import dev.tributary.core.contract.CallClass;
import dev.tributary.core.error.ContractNotFoundException;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.GetResult;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.TransactionId;
import dev.tributary.core.value.UpdateReceipt;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Mono;

/**
 * Changes the state of a contract where a client asks for it. What is held here is changed at once; what is not is looked
 * for on the ring first, and held from then on. The other hosts are told afterwards, and nobody waits for them: a client
 * that has its receipt knows that this node holds the change, and that the hosts will compare until they all do.
 */
public final class UpdateOperation {

    private final OperationContext context;
    private final HostedContracts contracts;
    private final Intake intake;
    private final GetOperation gets;
    private final AtomicLong made = new AtomicLong();

    /**
     * An UPDATE.
     *
     * @param intake takes the change in
     * @param gets finds what is not held here, and keeps it
     */
    public UpdateOperation(OperationContext context, HostedContracts contracts, Intake intake, GetOperation gets) {
        this.context = context;
        this.contracts = contracts;
        this.intake = intake;
        this.gets = gets;
    }

    /**
     * A client's UPDATE. Each subscription is a new transaction. What may not be spread is changed here, and the receipt says
     * so. Errors with {@link ContractNotFoundException} if nobody holds the contract, and with
     * {@link dev.tributary.core.error.NoRoomException} if it was found and cannot be held here.
     */
    public Mono<UpdateReceipt> update(ContractInstanceId id, StateChange change) {
        return Mono.defer(() -> {
            TransactionId tx = context.ids().get();
            return context.deadline(context.config().deadline(), tx)
                    .limit(
                            deadline -> intake.change(Bringer.client(), id, change)
                                    .switchIfEmpty(Mono.defer(() -> changeElsewhere(id, change, deadline)))
                                    .flatMap(changed -> receipt(tx, changed)),
                            context.timer());
        });
    }

    /** How many states have been changed for clients. */
    public long made() {
        return made.get();
    }

    private Mono<Changed> changeElsewhere(ContractInstanceId id, StateChange change, Deadline deadline) {
        return gets.fetch(id, CallClass.CLIENT_LOCAL, deadline.left())
                .flatMap(result -> result instanceof GetResult.Found found
                        ? intake.change(Bringer.client(), id, change)
                                .switchIfEmpty(Mono.error(() -> contracts.noRoom(found.contract(), found.value())))
                        : Mono.error(new ContractNotFoundException(id)));
    }

    private Mono<UpdateReceipt> receipt(TransactionId tx, Changed changed) {
        if (changed.changed()) {
            made.incrementAndGet();
        }
        boolean heldBack =
                !contracts.laws().mayBeSpread(changed.contract().code().hash());
        return contracts
                .summarize(CallClass.CLIENT_LOCAL, changed.contract(), changed.state())
                .map(summary -> new UpdateReceipt(tx, changed.key(), summary, changed.changed(), heldBack));
    }
}
