package dev.tributary.core.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MemoryBudgetTests {

    private final MemoryBudget budget = new MemoryBudget("test", 100, 50);

    @Test
    void ownerGetsAtMostItsShare() {
        assertThat(budget.tryAcquire("a", 50)).isTrue();
        assertThat(budget.tryAcquire("a", 1)).isFalse();
        assertThat(budget.usedBy("a")).isEqualTo(50);
    }

    @Test
    void laterOwnersAlwaysFindSomethingLeft() {
        for (int i = 0; i < 3; i++) {
            takeAll("owner-" + i);
        }

        assertThat(budget.used()).isEqualTo(94);
        assertThat(budget.tryAcquire("late", 4)).isTrue();
    }

    @Test
    void ownerIsNeverRefusedForWhatAnotherReturned() {
        takeAll("a");
        assertThat(budget.tryAcquire("b", 34)).isFalse();

        budget.release("a", 50);

        assertThat(budget.tryAcquire("b", 50)).isTrue();
    }

    @Test
    void closedAccountReturnsWhatItHoldsAndNotWhatAnotherHolds() {
        MemoryBudget.Account first = budget.account("a");
        MemoryBudget.Account second = budget.account("a");
        assertThat(first.tryAcquire(20)).isTrue();
        assertThat(second.tryAcquire(20)).isTrue();
        assertThat(second.tryAcquire(20)).as("both accounts have one share").isFalse();

        first.close();
        first.release(20);

        assertThat(first.tryAcquire(1)).isFalse();
        assertThat(budget.usedBy("a")).isEqualTo(20);
        second.release(20);
        assertThat(budget.used()).isZero();
    }

    @Test
    void moreThanWasTakenCannotBeReturned() {
        budget.tryAcquire("a", 5);

        assertThatThrownBy(() -> budget.release("a", 6)).isInstanceOf(IllegalStateException.class);
    }

    private void takeAll(String owner) {
        while (budget.tryAcquire(owner, 1)) {}
    }
}
