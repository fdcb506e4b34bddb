package dev.tributary.core.contract.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.ContractExecutor;
import dev.tributary.core.contract.ContractLimits;
import dev.tributary.core.contract.Law;
import dev.tributary.core.contract.LawConfig;
import dev.tributary.core.contract.LawUsage;
import dev.tributary.core.contract.LawWatch;
import dev.tributary.core.contract.Quarantine;
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
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.scheduler.Schedulers;

/** WebAssembly that breaks the laws of merging while it runs is found out. */
class LawbreakingGuestTests {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final State A = State.utf8("a");
    private static final State B = State.utf8("b");

    private final WasmContractRuntime runtime = Probe.runtime(WasmLimits.DEFAULT);
    private final LawWatch watch = new LawWatch(
            new ContractExecutor(List.of(runtime), ContractLimits.DEFAULT, Schedulers.immediate()),
            LawConfig.DEFAULT.withSample(1),
            TimeSource.system(),
            Schedulers.parallel(),
            new Random(1));
    private final List<Quarantine> begun = new ArrayList<>();
    private final Disposable watching = watch.run().subscribe(begun::add);

    @AfterEach
    void close() {
        watching.dispose();
        runtime.close();
    }

    @Test
    void codeThatTakesWhateverComesLastIsQuarantined() {
        Contract lastComer = Probe.PLAIN.doing('U');
        merge(lastComer);
        assertThat(watch.mayBeSpread(lastComer.code().hash())).isTrue();
        merge(lastComer);
        assertThat(watch.mayBeSpread(lastComer.code().hash())).isFalse();
        assertThat(begun).extracting(Quarantine::law).containsExactly(Law.MERGE_IS_COMMUTATIVE);
    }

    @Test
    void codeThatAsksForOthersIsNotJudged() {
        Contract asking = Probe.PLAIN.doing('Q', new ContractInstanceId(Bytes.wrap(new byte[32])));
        runtime.prepare(asking.code()).block(SOON);
        watch.saw(asking, A, B, B);
        assertThat(watch.usage()).isEqualTo(new LawUsage(0, 0, 1, 0, 0, 0));
    }

    @Test
    void aStandardContractIsLeftInPeace() {
        Contract blob = ImmutableBlob.contract(Bytes.utf8("content"));
        runtime.prepare(blob.code()).block(SOON);
        State full = ImmutableBlob.state(Bytes.utf8("content"));
        watch.saw(blob, State.of(new byte[0]), full, full);
        watch.saw(blob, full, State.of(new byte[0]), full);
        assertThat(watch.usage()).isEqualTo(new LawUsage(2, 0, 0, 0, 0, 0));
    }

    private void merge(Contract contract) {
        watch.saw(contract, A, B, runtime.merge(contract, A, new StateChange.Full(B)));
    }
}
