package dev.tributary.core.operation;

import dev.tributary.core.contract.CallClass;
import dev.tributary.core.contract.ContractExecutor;
import dev.tributary.core.storage.ContractStore;
import dev.tributary.core.storage.Demand;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.State;
import dev.tributary.core.value.TimeSource;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** The contracts that this node holds: what is brought is validated, merged and committed, one change a contract at a time. */
public final class HostedContracts {

    private final ContractStore store;
    private final ContractExecutor executor;
    private final TimeSource time;
    private final Turns<ContractInstanceId> turns = new Turns<>();

    public HostedContracts(ContractStore store, ContractExecutor executor, TimeSource time) {
        this.store = store;
        this.executor = executor;
        this.time = time;
    }

    /** What is held of the contract, or empty. */
    Mono<StoredContract> find(ContractInstanceId id) {
        return store.read(id);
    }

    /**
     * Takes the state in and emits what is held afterwards, once it is committed.
     *
     * @param callClass for whom: what comes first when contracts are many
     */
    Mono<State> store(CallClass callClass, Contract contract, State brought) {
        return turns.inTurn(
                contract.id(),
                store.read(contract.id())
                        .map(held -> Optional.of(held.state()))
                        .defaultIfEmpty(Optional.empty())
                        .flatMap(held -> take(callClass, contract, held, brought)));
    }

    /** How many contracts are being changed. */
    public int changing() {
        return turns.busy();
    }

    private Mono<State> take(CallClass callClass, Contract contract, Optional<State> held, State brought) {
        return executor.accept(callClass, contract, held.orElse(null), brought)
                .flatMap(state -> held.filter(state::equals).isPresent()
                        ? Mono.just(state)
                        : store.commit(new StoredContract(
                                        contract, state, state.digest(), time.now(), Demand.once(time.now())))
                                .thenReturn(state));
    }
}
