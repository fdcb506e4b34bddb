package dev.tributary.core.operation;

import dev.tributary.core.contract.CallClass;
import dev.tributary.core.contract.ContractExecutor;
import dev.tributary.core.contract.LawWatch;
import dev.tributary.core.storage.ContractStore;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.State;
import dev.tributary.core.value.TimeSource;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** The contracts that this node holds: what is brought is validated, merged and committed, one change a contract at a time. */
public final class HostedContracts implements Intake {

    private final ContractStore store;
    private final ContractExecutor executor;
    private final LawWatch laws;
    private final TimeSource time;
    private final Turns<ContractInstanceId> turns = new Turns<>();

    public HostedContracts(ContractStore store, ContractExecutor executor, LawWatch laws, TimeSource time) {
        this.store = store;
        this.executor = executor;
        this.laws = laws;
        this.time = time;
    }

    /** What is held of the contract, or empty. */
    Mono<StoredContract> find(ContractInstanceId id) {
        return store.read(id);
    }

    /** {@inheritDoc} Others that the contract asks for are looked up here and nowhere else. */
    @Override
    public Mono<State> store(CallClass callClass, Contract contract, State brought) {
        return turns.inTurn(
                contract.id(),
                store.read(contract.id())
                        .map(held -> Optional.of(held.state()))
                        .defaultIfEmpty(Optional.empty())
                        .flatMap(held -> take(callClass, contract, held, brought)));
    }

    /** What watches over their merges, and says which may be spread. */
    public LawWatch laws() {
        return laws;
    }

    /** How many contracts are being changed. */
    public int changing() {
        return turns.busy();
    }

    private Mono<State> take(CallClass callClass, Contract contract, Optional<State> held, State brought) {
        return executor.accept(callClass, contract, held.orElse(null), brought)
                .flatMap(state -> held.filter(state::equals).isPresent()
                        ? Mono.just(state)
                        : store.commit(new StoredContract(contract, state, time.now()))
                                .thenReturn(state))
                .doOnNext(state -> held.filter(before -> !before.equals(brought))
                        .ifPresent(before -> laws.saw(contract, before, brought, state)));
    }
}
