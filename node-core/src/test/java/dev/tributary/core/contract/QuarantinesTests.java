package dev.tributary.core.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.TimeSource;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class QuarantinesTests {

    private static final CodeHash CODE = code("broken");
    private static final MergeLaw LAW = MergeLaw.MERGE_IS_COMMUTATIVE;

    private long now = Long.MAX_VALUE - 1;
    private final Quarantines quarantines =
            new Quarantines(MergeLawConfig.defaults(), new TimeSource(Clock.systemUTC(), () -> now));

    @Test
    void firstViolationMakesTheCodeSuspect() {
        assertThat(quarantines.recordViolation(CODE, LAW)).isEmpty();
        assertThat(quarantines.isSuspect(CODE)).isTrue();
        assertThat(quarantines.current(CODE)).isEmpty();
        assertThat(quarantines.isSuspect(code("another"))).isFalse();
    }

    @Test
    void secondViolationStartsAQuarantineOfTenMinutes() {
        quarantines.recordViolation(CODE, MergeLaw.MERGE_IS_IDEMPOTENT);
        assertThat(quarantines.recordViolation(CODE, LAW)).contains(new Quarantine(CODE, LAW, Duration.ofMinutes(10)));
        assertThat(quarantines.activeCount()).isOne();

        advance(Duration.ofMinutes(4));
        assertThat(quarantines.current(CODE)).contains(new Quarantine(CODE, LAW, Duration.ofMinutes(6)));
        assertThat(quarantines.current(code("another"))).isEmpty();

        advance(Duration.ofMinutes(6));
        assertThat(quarantines.current(CODE)).isEmpty();
        assertThat(quarantines.activeCount()).isZero();
    }

    @Test
    void violationsDuringAQuarantineDoNotExtendIt() {
        quarantines.recordViolation(CODE, LAW);
        quarantines.recordViolation(CODE, LAW);
        assertThat(quarantines.recordViolation(CODE, LAW)).isEmpty();
        assertThat(quarantines.recordViolation(CODE, LAW)).isEmpty();
        assertThat(quarantines.current(CODE).map(Quarantine::remaining)).contains(Duration.ofMinutes(10));
    }

    @Test
    void everyFurtherQuarantineIsTwiceAsLongUpToFourHours() {
        quarantines.recordViolation(CODE, LAW);
        List<Long> minutes = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            Optional<Quarantine> started = quarantines.recordViolation(CODE, LAW);
            minutes.add(started.orElseThrow().remaining().toMinutes());
            advance(started.orElseThrow().remaining());
        }
        assertThat(minutes).containsExactly(10L, 20L, 40L, 80L, 160L, 240L, 240L);
    }

    @Test
    void codeIsClearedAfterFourHoursWithoutViolations() {
        quarantines.recordViolation(CODE, LAW);
        quarantines.recordViolation(CODE, LAW);
        advance(Duration.ofMinutes(10).plus(Duration.ofHours(4)).minusNanos(1));
        assertThat(quarantines.isSuspect(CODE)).isTrue();

        advance(Duration.ofNanos(1));
        assertThat(quarantines.isSuspect(CODE)).isFalse();
        assertThat(quarantines.recordViolation(CODE, LAW)).isEmpty();
        assertThat(quarantines.recordViolation(CODE, LAW).map(Quarantine::remaining))
                .contains(Duration.ofMinutes(10));
    }

    @Test
    void numberOfSuspectsIsBounded() {
        for (int i = 0; i < 5000; i++) {
            quarantines.recordViolation(code("code " + i), LAW);
        }
        assertThat(quarantines.isSuspect(code("code 4999"))).isTrue();
        assertThat(quarantines.isSuspect(code("code 0"))).isFalse();
    }

    private void advance(Duration duration) {
        now += duration.toNanos();
    }

    private static CodeHash code(String name) {
        return ContractCode.of(Bytes.utf8(name)).hash();
    }
}
