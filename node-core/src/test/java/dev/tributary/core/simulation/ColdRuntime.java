package dev.tributary.core.simulation;

import dev.tributary.core.contract.ContractRuntime;
import dev.tributary.core.contract.GrowOnlySet;
import dev.tributary.core.contract.JavaContractRuntime;
import dev.tributary.core.simulation.time.SimulatedTime;
import dev.tributary.core.test.ForwardingRuntime;
import dev.tributary.core.value.ContractCode;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Runs sets that have to be compiled first, and whose calls take long, in virtual time: one for each start of a node. */
final class ColdRuntime implements ForwardingRuntime {

    private final ContractRuntime delegate = JavaContractRuntime.of(GrowOnlySet.CONTRACT);
    private final AtomicReference<@Nullable SimulatedTime> clock;
    private final Duration compile;
    private final Duration call;
    private @Nullable Mono<Void> compiled;

    /** @param clock the virtual time, once set; until then nothing takes time */
    ColdRuntime(AtomicReference<@Nullable SimulatedTime> clock, Duration compile, Duration call) {
        this.clock = clock;
        this.compile = compile;
        this.call = call;
    }

    @Override
    public ContractRuntime delegate() {
        return delegate;
    }

    @Override
    public Mono<Void> prepare(ContractCode code) {
        return Mono.defer(() -> {
            SimulatedTime time = clock.get();
            if (time == null) {
                return Mono.empty();
            }
            if (compiled == null) {
                compiled = Mono.delay(compile, time).then().cache();
            }
            return compiled.then(Mono.delay(call, time)).then();
        });
    }
}
