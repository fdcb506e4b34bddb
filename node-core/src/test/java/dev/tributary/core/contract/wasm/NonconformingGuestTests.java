package dev.tributary.core.contract.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.ContractExecutor;
import dev.tributary.core.contract.ContractLimits;
import dev.tributary.core.contract.conformance.MergeLawConfig;
import dev.tributary.core.contract.conformance.MergeLawMonitor;
import dev.tributary.core.contract.conformance.MergeLawUsage;
import dev.tributary.core.contract.conformance.Quarantine;
import dev.tributary.core.contract.standard.ImmutableBlob;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.scheduler.Schedulers;

/** WebAssembly code that breaks the merge laws at run time is detected. */
class NonconformingGuestTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final State A = State.utf8("a");
    private static final State B = State.utf8("b");

    private final WasmContractRuntime runtime = Probe.runtime(WasmLimits.defaults());
    private final MergeLawMonitor monitor = new MergeLawMonitor(
            new ContractExecutor(List.of(runtime), ContractLimits.defaults(), Schedulers.immediate()),
            MergeLawConfig.defaults().withSampleOneIn(1),
            TimeSource.system(),
            Schedulers.parallel(),
            new Random(1));
    private final List<Quarantine> started = new ArrayList<>();
    private final Disposable subscription = monitor.run().subscribe(started::add);

    @AfterEach
    void close() {
        subscription.dispose();
        runtime.close();
    }

    /** Merging does not commute, but peers that send a state again change nothing, and anyone may choose the inputs. */
    @Test
    void contractThatKeepsTheLastStateIsNotQuarantined() {
        Contract lastWins = Probe.PLAIN.contract('U');
        merge(lastWins);
        merge(lastWins);
        assertThat(monitor.mayBroadcast(lastWins.key())).isTrue();
        assertThat(monitor.usage()).isEqualTo(new MergeLawUsage(2, 0, 0, 0, 0, 0));
    }

    @Test
    void codeThatAsksForRelatedContractsIsNotJudged() {
        Contract asking = Probe.PLAIN.contract('Q', new ContractInstanceId(Bytes.wrap(new byte[32])));
        runtime.prepare(asking.code()).block(TIMEOUT);
        monitor.observed(asking, A, B, B, Optional.empty());
        assertThat(monitor.usage()).isEqualTo(new MergeLawUsage(0, 0, 1, 0, 0, 0));
    }

    @Test
    void standardContractIsNotQuarantined() {
        Contract blob = ImmutableBlob.contract(Bytes.utf8("content"));
        runtime.prepare(blob.code()).block(TIMEOUT);
        State full = ImmutableBlob.state(Bytes.utf8("content"));
        monitor.observed(blob, State.of(new byte[0]), full, full, Optional.empty());
        monitor.observed(blob, full, State.of(new byte[0]), full, Optional.empty());
        assertThat(monitor.usage()).isEqualTo(new MergeLawUsage(2, 0, 0, 0, 0, 0));
    }

    private void merge(Contract contract) {
        monitor.observed(contract, A, B, runtime.merge(contract, A, new StateChange.Full(B)), Optional.empty());
    }
}
