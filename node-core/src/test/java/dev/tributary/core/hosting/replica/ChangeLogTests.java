package dev.tributary.core.hosting.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.StateDigest;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChangeLogTests {

    private final ChangeLog log = new ChangeLog();

    @Test
    void logReturnsAllMissingChangesInOrder() {
        log.add(digest(1), digest(2), List.of(change("b")));
        log.add(digest(2), digest(3), List.of(change("c"), change("d")));

        assertThat(log.changesBetween(digest(1), digest(3))).hasValue(List.of(change("b"), change("c"), change("d")));
        assertThat(log.changesBetween(digest(2), digest(3))).hasValue(List.of(change("c"), change("d")));
    }

    @Test
    void unknownStateHasNoPath() {
        log.add(digest(1), digest(2), List.of(change("b")));

        assertThat(log.changesBetween(digest(9), digest(2))).isEmpty();
        assertThat(log.changesBetween(digest(1), digest(9))).isEmpty();
        assertThat(log.contains(digest(1))).isTrue();
        assertThat(log.contains(digest(2))).isTrue();
        assertThat(log.contains(digest(9))).isFalse();
    }

    @Test
    void logReturnsOnlyTheChangesThatADivergedPeerIsMissing() {
        log.add(digest(1), digest(2), List.of(change("ours")));
        log.add(digest(2), digest(4), List.of(change("theirs")));
        log.add(digest(3), digest(4), List.of(change("ours")));

        assertThat(log.changesBetween(digest(3), digest(4))).hasValue(List.of(change("ours")));
    }

    @Test
    void oversizedChangeRequiresTheFullState() {
        log.add(digest(1), digest(2), List.of(new StateChange.Delta(StateDelta.of(new byte[ChangeLog.MAX_BYTES + 1]))));
        log.add(digest(2), digest(3), List.of(change("c")));

        assertThat(log.bytes()).isEqualTo(1);
        assertThat(log.changesBetween(digest(1), digest(3))).hasValue(List.of());
        assertThat(log.changesBetween(digest(2), digest(3))).hasValue(List.of(change("c")));
    }

    @Test
    void tinyChangesWeighWhatTheyTakeInMemory() {
        for (int i = 0; i < 1000; i++) {
            log.add(digest(i), digest(i + 1), Collections.nCopies(64, change("")));
        }

        assertThat(log.bytes()).isZero();
        assertThat(log.memory()).isBetween(64 * 64 * 90L, 64 * 64 * 110L);
        for (int i = 0; i < ChangeLog.MAX_ENTRIES; i++) {
            log.add(digest(i), digest(i + 1), List.of(change("")));
        }
        assertThat(log.memory()).isBetween(64 * 300L, 64 * 400L);
    }

    @Test
    void logIsBoundedInEntriesAndBytes() {
        for (int i = 0; i < 1000; i++) {
            log.add(digest(i), digest(i + 1), List.of(change("x")));
        }
        assertThat(log.bytes()).isEqualTo(ChangeLog.MAX_ENTRIES);
        assertThat(log.changesBetween(digest(1000 - ChangeLog.MAX_ENTRIES), digest(1000)))
                .isPresent();
        assertThat(log.changesBetween(digest(999 - ChangeLog.MAX_ENTRIES), digest(1000)))
                .isEmpty();

        for (int i = 1000; i < 1100; i++) {
            log.add(digest(i), digest(i + 1), List.of(new StateChange.Delta(StateDelta.of(new byte[10_000]))));
        }
        assertThat(log.bytes()).isBetween(10_000, ChangeLog.MAX_BYTES);
    }

    @Test
    void recurringStateDoesNotLoopForever() {
        log.add(digest(1), digest(2), List.of(change("there")));
        log.add(digest(2), digest(1), List.of(change("back")));

        assertThat(log.changesBetween(digest(2), digest(1))).hasValue(List.of(change("back")));
        assertThat(log.changesBetween(digest(1), digest(2))).hasValue(List.of(change("there")));
    }

    @Test
    void logsOfAllContractsShareOneBound() {
        ChangeLogs logs = new ChangeLogs();
        StateChange large = new StateChange.Delta(StateDelta.of(new byte[60_000]));
        for (int i = 0; i < 1000; i++) {
            logs.add(id(i), digest(1), digest(2), List.of(large));
        }

        assertThat(logs.changesBetween(id(999), digest(1), digest(2))).hasValue(List.of(large));
        assertThat(logs.changesBetween(id(0), digest(1), digest(2))).isEmpty();
        assertThat(logs.contains(id(0), digest(1))).isFalse();

        logs.forget(id(999));
        assertThat(logs.changesBetween(id(999), digest(1), digest(2))).isEmpty();
    }

    private static StateDigest digest(int version) {
        return LastWriterWins.state(version, new byte[] {1}).digest();
    }

    private static StateChange change(String text) {
        return new StateChange.Delta(StateDelta.utf8(text));
    }

    private static ContractInstanceId id(int number) {
        return LastWriterWins.named("contract " + number).id();
    }
}
