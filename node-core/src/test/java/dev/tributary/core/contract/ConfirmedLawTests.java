package dev.tributary.core.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.StateSummary;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** A broken law counts only if the runtime for confirmation finds it too. */
class ConfirmedLawTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Contract CONTRACT = LastWriterWins.named("watched");
    private static final State HELD = LastWriterWins.state(1, new byte[] {1});
    private static final State INCOMING = LastWriterWins.state(2, new byte[] {2});

    private final Scheduler threads = Schedulers.newSingle("contracts");

    @AfterEach
    void dispose() {
        threads.dispose();
    }

    @Test
    void lawThatOnlyOneRuntimeBreaksIsNotBroken() {
        assertThat(recheck(new Miscomputing(JavaContractRuntime.standard()))).isEmpty();
    }

    @Test
    void lawThatBothRuntimesBreakIsBroken() {
        assertThat(recheck(new Miscomputing(new Miscomputing(null)))).isPresent();
        assertThat(recheck(new Miscomputing(null))).isPresent();
    }

    private Optional<MergeLaw> recheck(ContractRuntime runtime) {
        return new ContractExecutor(List.of(runtime), ContractLimits.defaults(), threads)
                .recheck(CONTRACT, HELD, INCOMING, INCOMING)
                .blockOptional(TIMEOUT)
                .orElseThrow();
    }

    /** Runs the standard contracts, but each merge has another result. */
    private static final class Miscomputing implements ContractRuntime {

        private final ContractRuntime standard = JavaContractRuntime.standard();
        private final AtomicInteger merges = new AtomicInteger();
        private final ContractRuntime confirmation;

        Miscomputing(@Nullable ContractRuntime confirmation) {
            this.confirmation = confirmation == null ? this : confirmation;
        }

        @Override
        public ContractRuntime forConfirmation() {
            return confirmation;
        }

        @Override
        public boolean supports(ContractCode code) {
            return standard.supports(code);
        }

        @Override
        public Verdict validate(Contract contract, State state) {
            return standard.validate(contract, state);
        }

        @Override
        public State merge(Contract contract, State current, StateChange change) {
            return LastWriterWins.state(merges.incrementAndGet() + 10L, new byte[] {7});
        }

        @Override
        public StateSummary summarize(Contract contract, State state) {
            return standard.summarize(contract, state);
        }

        @Override
        public StateDelta delta(Contract contract, State state, StateSummary summary) {
            return standard.delta(contract, state, summary);
        }
    }
}
