package dev.tributary.core.storage;

import static dev.tributary.core.storage.SampleContracts.code;
import static dev.tributary.core.storage.SampleContracts.sample;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Test kit for a {@link ContractStore} whose content survives the process. */
public abstract class DurableContractStoreTests extends ContractStoreTests {

    /** Opens the store again that was just closed. */
    protected abstract ContractStore reopen();

    @Test
    void reopenedStoreHasAllContracts() {
        List<StoredContract> all = List.of(
                sample(1, 0, 1),
                sample(2, 5_000, 2),
                sample(3, 100_000, 3),
                sample(4, 3_000_000, 4),
                sample(code(200_000, 9), 5, 70, 5));
        all.forEach(stored -> await(store.commit(stored)));
        await(store.commit(sample(6, 100_000, 6)));
        await(store.remove(sample(6, 100_000, 6).contract().id()));
        closeAndReopen();
        all.forEach(this::assertStored);
        assertThat(entries())
                .containsExactlyInAnyOrderElementsOf(
                        all.stream().map(StoreEntry::of).toList());
        assertThat(keys())
                .containsExactlyInAnyOrderElementsOf(
                        all.stream().map(stored -> stored.contract().key()).toList());
        assertThat(store.usage()).isEqualTo(new StoreUsage(5, 3_105_070));
    }

    @Test
    void storeKeepsItsContentOverManyReopenings() {
        for (int round = 0; round < 5; round++) {
            await(store.commit(sample(1, 100_000 * round, round)));
            await(store.commit(sample(10 + round, 100, round)));
            closeAndReopen();
            assertStored(sample(1, 100_000 * round, round));
            assertThat(store.usage().contracts()).isEqualTo(round + 2);
        }
    }

    /** Closes the store under test and replaces it by the reopened one. */
    protected void closeAndReopen() {
        await(store.close());
        store = reopen();
    }
}
