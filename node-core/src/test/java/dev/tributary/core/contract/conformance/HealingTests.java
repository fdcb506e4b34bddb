package dev.tributary.core.contract.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.value.State;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Groupings with different results are judged by what further merging makes of them. */
class HealingTests {

    private static final int ANN = 1;
    private static final int BOB = 2;

    @Test
    void cappedRoomWithABanHolds() {
        ModelContract room = ModelContract.cappedRoom();
        State four = ModelContract.message(BOB, 4, 5, 6, 7);
        State three = ModelContract.message(ANN, 1, 2, 3);
        State ban = ModelContract.banned(BOB);
        State left = room.merged(room.merged(four, three), ban);
        assertThat(left).isNotEqualTo(room.merged(four, room.merged(three, ban)));

        ConformanceReport report = ConformanceCheck.check(room.runtime(), room.contract(), List.of(four, three, ban));
        assertThat(report.violations()).isEmpty();
        assertThat(report.advice()).isEmpty();
        assertThat(report.law(MergeLaw.MERGE_HEALS).outcome()).isEqualTo(LawOutcome.HELD);
    }

    @Test
    void cycleIsNamed() {
        ModelContract cyclic = ModelContract.cyclicWinner();
        LawCase judged = judge(cyclic, ModelContract.number(0), ModelContract.number(2), ModelContract.number(4));
        assertThat(judged.outcome()).isEqualTo(LawOutcome.BROKEN);
        assertThat(judged.detail()).contains("returns to an earlier state");
    }

    @Test
    void endlessClimbIsNamed() {
        ModelContract climbing = ModelContract.climbing();
        LawCase judged = judge(climbing, ModelContract.number(1), ModelContract.number(7), ModelContract.number(7));
        assertThat(judged.detail()).contains("merging the same state again changes the result again");
    }

    @Test
    void rejectionOfKnownStatesIsNoFault() {
        ModelContract newer = new ModelContract(
                "only newer",
                (a, b) -> {
                    if (b.bytes().compareTo(a.bytes()) <= 0) {
                        throw new IllegalArgumentException("not newer");
                    }
                    return b;
                },
                random -> ModelContract.number(random.nextInt(100)));
        ConformanceReport report = ConformanceCheck.check(
                newer.runtime(),
                newer.contract(),
                List.of(ModelContract.number(1), ModelContract.number(2), ModelContract.number(3)));
        assertThat(report.violations()).isEmpty();
    }

    private static LawCase judge(ModelContract model, State a, State b, State c) {
        return new LawJudge(new ContractCalls(model.runtime(), model.contract(), 128 << 20))
                .judge(MergeLaw.MERGE_HEALS, List.of(a, b, c));
    }
}
