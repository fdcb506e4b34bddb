package dev.tributary.core.storage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InMemoryContractStoreTests extends ContractStoreTests {

    @Override
    protected ContractStore open() {
        return InMemoryContractStore.create();
    }

    @Test
    void storeKeepsTheSameObject() {
        StoredContract stored = SampleContracts.sample(1, 1_000, 1);
        await(store.commit(stored));
        assertThat(read(stored.contract().id())).isSameAs(stored);
    }
}
