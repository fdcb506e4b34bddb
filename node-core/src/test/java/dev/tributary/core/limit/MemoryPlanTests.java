package dev.tributary.core.limit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryPlanTests {

    private static final long MIB = 1 << 20;

    @ParameterizedTest
    @ValueSource(longs = {64, 128, 200, 256, 512, 1024, 2048, 4096, 16_384})
    void ceilingsOfWhatPeersCanMakeTheNodeHoldStayBelowFiveEighthsOfTheHeap(long heapMib) {
        MemoryPlan plan = new MemoryPlan(heapMib * MIB);

        assertThat(plan.sum()).isLessThan(heapMib * MIB * 5 / 8);
    }

    @ParameterizedTest
    @ValueSource(longs = {64, 200, 512, 1024, 4096})
    void largestStateFitsTheShareOfOnePeerInEveryBudget(long heapMib) {
        MemoryPlan plan = new MemoryPlan(heapMib * MIB);

        assertThat(plan.largestState())
                .isLessThanOrEqualTo(plan.incoming().perOwner())
                .isLessThanOrEqualTo(plan.requests().perOwner() + 1)
                .isLessThanOrEqualTo(plan.answers().perOwner() + 1);
    }
}
