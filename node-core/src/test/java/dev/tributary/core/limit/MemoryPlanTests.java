package dev.tributary.core.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryPlanTests {

    private static final long MIB = 1 << 20;

    @ParameterizedTest
    @ValueSource(longs = {64, 128, 200, 256, 512, 1024, 2048, 4096, 24_576})
    void ceilingsThatCanBeReachedAtTheSameTimeFitBesideTheReserve(long heapMib) {
        MemoryPlan plan = new MemoryPlan(heapMib * MIB);

        assertThat(plan.reserve()).isBetween(Math.min(heapMib / 4, 40) * MIB, 512 * MIB);
        assertThat(plan.sum()).isLessThanOrEqualTo(plan.heap() - plan.reserve());
    }

    @ParameterizedTest
    @ValueSource(longs = {64, 200, 512, 4096, 24_576})
    void usesOfAPoolTakeNoMoreThanThePoolTogether(long heapMib) {
        MemoryPlan plan = new MemoryPlan(heapMib * MIB);

        long taken = 0;
        for (int round = 0; round < 100; round++) {
            for (MemoryUse use : MemoryUse.values()) {
                long piece = Math.max(1, plan.bytes(use) / 50);
                taken += use.pool() == MemoryUse.Pool.TRANSIT
                                && plan.permits(use).tryAcquire(piece)
                        ? piece
                        : 0;
            }
        }

        long ceilings = plan.entries().stream()
                .filter(MemoryPlan.Entry::isPooled)
                .mapToLong(MemoryPlan.Entry::ceiling)
                .sum();
        assertThat(taken).isBetween(Math.min(ceilings, plan.transit()) * 9 / 10, plan.transit());
    }

    @ParameterizedTest
    @EnumSource
    void noUseExceedsItsCeilingWhateverTheNumberOfItsHolders(MemoryUse use) {
        MemoryPlan plan = new MemoryPlan(512 * MIB);
        long most = plan.bytes(use);
        long quarter = most / 4;

        int taken = 0;
        while (taken < 8 && plan.permits(use).tryAcquire(quarter)) {
            taken++;
        }

        assertThat(taken).isBetween(2, 4);
    }

    @Test
    void oneUseOfThePoolLeavesTheOthersTheirOwnPartAndSomeOfTheRest() {
        MemoryPlan plan = new MemoryPlan(512 * MIB);
        Permits answers = plan.permits(MemoryUse.CLIENT_ANSWERS);
        Permits messages = plan.permits(MemoryUse.CLIENT_MESSAGES);
        fill(answers);
        fill(messages);

        assertThat(plan.permits(MemoryUse.INCOMING).tryAcquire(plan.bytes(MemoryUse.INCOMING) / 16 + 2 * MIB))
                .isTrue();
    }

    @Test
    void whatIsReturnedIsFreeForAllAgain() {
        MemoryPlan plan = new MemoryPlan(512 * MIB);
        Permits requests = plan.permits(MemoryUse.REQUESTS);
        MemoryBudget incoming = plan.budget(MemoryUse.INCOMING);
        for (int round = 0; round < 100; round++) {
            assertThat(incoming.tryAcquire("peer", 30 * MIB)).isTrue();
            assertThat(requests.tryAcquire(20 * MIB)).isTrue();
            assertThat(requests.acquire(100 * MIB)).as("beyond all limits").isEqualTo(120 * MIB);
            assertThat(plan.permits(MemoryUse.RESPONSES).tryAcquire(20 * MIB)).isFalse();
            requests.release(120 * MIB);
            incoming.release("peer", 30 * MIB);
        }

        assertThat(plan.entries()).extracting(MemoryPlan.Entry::used).containsOnly(0L);
        assertThat(plan.permits(MemoryUse.RESPONSES).tryAcquire(20 * MIB)).isTrue();
    }

    @Test
    void peersShareWhatThePoolHasLeft() {
        MemoryPlan plan = new MemoryPlan(512 * MIB);
        MemoryBudget incoming = plan.budget(MemoryUse.INCOMING);
        Permits others = plan.permits(MemoryUse.CLIENT_MESSAGES);
        assertThat(others.tryAcquire(50 * MIB)).isTrue();

        long first = take(incoming, "first");
        long second = take(incoming, "second");
        long third = take(incoming, "third");

        assertThat(first).isGreaterThan(second);
        assertThat(second).isGreaterThan(third);
        assertThat(third).isGreaterThan(MIB / 2);
        assertThat(incoming.used() + others.used()).isLessThan(plan.transit());
    }

    @ParameterizedTest
    @ValueSource(longs = {64, 200, 512, 1024, 4096})
    void largestStateFitsTheShareOfOnePeerInEveryBudget(long heapMib) {
        MemoryPlan plan = new MemoryPlan(heapMib * MIB);

        assertThat(plan.largestState())
                .isLessThanOrEqualTo(plan.budget(MemoryUse.INCOMING).perOwner())
                .isLessThanOrEqualTo(plan.budget(MemoryUse.REQUESTS).perOwner() + 1)
                .isLessThanOrEqualTo(plan.budget(MemoryUse.ANSWERS).perOwner() + 1);
    }

    @ParameterizedTest
    @ValueSource(longs = {64, 200, 512, 1024, 4096})
    void largestStateIsForwardedWhileItsRequestIsUnderWay(long heapMib) {
        MemoryPlan plan = new MemoryPlan(heapMib * MIB);
        long largest = Math.min(plan.largestState(), 62 * MIB);

        assertThat(plan.budget(MemoryUse.REQUESTS).tryAcquire("peer", largest)).isTrue();
        assertThat(plan.budget(MemoryUse.ANSWERS).tryAcquire("neighbour", largest))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {64, 200, 512, 1024, 4096})
    void largestStateOfAClientIsForwardedWhileItsRequestIsUnderWay(long heapMib) {
        MemoryPlan plan = new MemoryPlan(heapMib * MIB);
        long largest = Math.min(plan.largestState(), 62 * MIB);

        assertThat(plan.permits(MemoryUse.CLIENT_REQUESTS).tryAcquire(largest)).isTrue();
        assertThat(plan.budget(MemoryUse.ANSWERS).tryAcquire("neighbour", largest))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {200, 512, 1024, 4096})
    void messagesThatAreDecodedAtOnceFitTheirShare(long heapMib) {
        MemoryPlan plan = new MemoryPlan(heapMib * MIB);

        long largest = Math.min(62 * MIB, plan.budget(MemoryUse.INCOMING).perOwner());
        assertThat(plan.decoders(8) * largest).isLessThanOrEqualTo(plan.bytes(MemoryUse.DECODING));
        assertThat(plan.decoders(1)).isEqualTo(1);
    }

    @Test
    void directMemoryIsHalfOfTheHeapAndHoldsTheDefaultLinks() {
        assertThat(MemoryPlan.directFor(4L << 30)).isEqualTo(2L << 30);
        assertThat(MemoryPlan.directFor(128L << 20)).isEqualTo(128L << 20);
        assertThat(new MemoryPlan(512 * MIB).bytes(MemoryUse.CLIENT_SOCKETS)).isEqualTo(32 * MIB);
    }

    @ParameterizedTest
    @ValueSource(longs = {64, 128, 200, 256, 512, 1024, 2048, 4096, 24_576})
    void fullTablesFitTheReserveBesideAnIdleNode(long heapMib) {
        MemoryPlan plan = new MemoryPlan(heapMib * MIB);

        long tables = Arrays.stream(TableUse.values())
                .mapToLong(use -> (long) plan.entries(use, Integer.MAX_VALUE) * use.entryBytes())
                .sum();

        assertThat(tables).isBetween(plan.tables() * 9 / 10, plan.tables());
        assertThat(plan.tables()).isLessThanOrEqualTo(Math.max(plan.reserve() / 4, plan.reserve() - 30 * MIB));
    }

    @Test
    void tablesOfALargeHeapHaveTheirDefaultSizes() {
        MemoryPlan plan = new MemoryPlan(4096 * MIB);

        assertThat(plan.entries(TableUse.HOSTED_CONTRACTS, 100_000)).isEqualTo(100_000);
        assertThat(plan.entries(TableUse.SUBSCRIBERS, 65_536)).isEqualTo(65_536);
        assertThat(plan.entries(TableUse.SUBSCRIBED_CONTRACTS, 4096)).isEqualTo(4096);
    }

    @Test
    void sizesAreNotRoundedToNothing() {
        assertThat(MemoryPlan.size(7 * MIB + 300_000)).isEqualTo("7.3MiB");
        assertThat(MemoryPlan.size(900_000)).isEqualTo("879KiB");
        assertThat(MemoryPlan.size(512 * MIB)).isEqualTo("512MiB");
        assertThat(new MemoryPlan(512 * MIB).toString())
                .startsWith("heap=512MiB reserve=64MiB direct=256MiB transit=112MiB of which at most incoming=74MiB ")
                .contains("brief-answers=7.2MiB");
    }

    private static long take(MemoryBudget budget, String owner) {
        long taken = 0;
        while (budget.tryAcquire(owner, 64 << 10)) {
            taken += 64 << 10;
        }
        return taken;
    }

    private static void fill(Permits permits) {
        while (permits.tryAcquire(MIB)) {
            assertThat(permits.used()).isLessThan(512 * MIB);
        }
    }
}
