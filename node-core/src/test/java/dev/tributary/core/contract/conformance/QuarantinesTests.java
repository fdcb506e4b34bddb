package dev.tributary.core.contract.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.ContractKey;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TimeSource;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class QuarantinesTests {

    private static final ContractKey KEY = key("broken");
    private static final Optional<PeerId> CLIENT = Optional.empty();
    private static final MergeLaw LAW = MergeLaw.MERGE_HEALS;

    private long now = Long.MAX_VALUE - 1;
    private final Quarantines quarantines =
            new Quarantines(MergeLawConfig.defaults(), new TimeSource(Clock.systemUTC(), () -> now));

    @Test
    void firstViolationMakesTheContractSuspect() {
        assertThat(quarantines.recordViolation(KEY, LAW, CLIENT)).isEmpty();
        assertThat(quarantines.isSuspect(KEY)).isTrue();
        assertThat(quarantines.current(KEY)).isEmpty();
        assertThat(quarantines.isSuspect(key("another"))).isFalse();
    }

    @Test
    void secondViolationStartsAQuarantineOfTenMinutes() {
        quarantines.recordViolation(KEY, MergeLaw.MERGE_IS_IDEMPOTENT, CLIENT);
        assertThat(quarantines.recordViolation(KEY, LAW, CLIENT))
                .contains(new Quarantine(KEY.code(), KEY.id(), LAW, Duration.ofMinutes(10)));
        assertThat(quarantines.activeCount()).isOne();

        advance(Duration.ofMinutes(4));
        assertThat(quarantines.current(KEY)).contains(new Quarantine(KEY.code(), KEY.id(), LAW, Duration.ofMinutes(6)));
        assertThat(quarantines.current(key("another"))).isEmpty();

        advance(Duration.ofMinutes(6));
        assertThat(quarantines.current(KEY)).isEmpty();
        assertThat(quarantines.activeCount()).isZero();
    }

    @Test
    void violationsDuringAQuarantineDoNotExtendIt() {
        quarantines.recordViolation(KEY, LAW, CLIENT);
        quarantines.recordViolation(KEY, LAW, CLIENT);
        assertThat(quarantines.recordViolation(KEY, LAW, CLIENT)).isEmpty();
        assertThat(quarantines.recordViolation(KEY, LAW, CLIENT)).isEmpty();
        assertThat(quarantines.current(KEY).map(Quarantine::remaining)).contains(Duration.ofMinutes(10));
    }

    @Test
    void everyFurtherQuarantineIsTwiceAsLongUpToFourHours() {
        quarantines.recordViolation(KEY, LAW, CLIENT);
        List<Long> minutes = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            Optional<Quarantine> started = quarantines.recordViolation(KEY, LAW, CLIENT);
            minutes.add(started.orElseThrow().remaining().toMinutes());
            advance(started.orElseThrow().remaining());
        }
        assertThat(minutes).containsExactly(10L, 20L, 40L, 80L, 160L, 240L, 240L);
    }

    @Test
    void contractIsClearedAfterFourHoursWithoutViolations() {
        quarantines.recordViolation(KEY, LAW, CLIENT);
        quarantines.recordViolation(KEY, LAW, CLIENT);
        advance(Duration.ofMinutes(10).plus(Duration.ofHours(4)).minusNanos(1));
        assertThat(quarantines.isSuspect(KEY)).isTrue();

        advance(Duration.ofNanos(1));
        assertThat(quarantines.isSuspect(KEY)).isFalse();
        assertThat(quarantines.recordViolation(KEY, LAW, CLIENT)).isEmpty();
        assertThat(quarantines.recordViolation(KEY, LAW, CLIENT).map(Quarantine::remaining))
                .contains(Duration.ofMinutes(10));
    }

    @Test
    void numberOfSuspectsIsBounded() {
        for (int i = 0; i < 5000; i++) {
            quarantines.recordViolation(key("code " + i), LAW, CLIENT);
        }
        assertThat(quarantines.isSuspect(key("code 4999"))).isTrue();
        assertThat(quarantines.isSuspect(key("code 0"))).isFalse();
    }

    private void advance(Duration duration) {
        now += duration.toNanos();
    }

    private static ContractKey key(String name) {
        return Contract.of(ContractCode.of(Bytes.utf8("code of " + name)), Parameters.none())
                .key();
    }
}
