package dev.tributary.core.hosting;

import static dev.tributary.core.engine.OperationFixture.CONTRACT;
import static dev.tributary.core.engine.OperationFixture.STATE;
import static dev.tributary.core.engine.OperationFixture.nodeWith;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.engine.OperationFixture;
import dev.tributary.core.test.DamagedStore;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

class CopyReaderTests {

    private final DamagedStore store = new DamagedStore();
    private final OperationFixture node = nodeWith(store);

    @Test
    void copyThatCanBeReadAgainIsStillSubscribedTo() {
        node.puts.publish(CONTRACT, STATE).block();
        node.contracts.setSubscribed(CONTRACT.id(), true);
        store.damage(CONTRACT.id());
        StepVerifier.create(node.contracts.find(CONTRACT.id())).verifyComplete();

        store.heal(CONTRACT.id());
        StepVerifier.create(node.contracts.find(CONTRACT.id()))
                .expectNextCount(1)
                .verifyComplete();

        assertThat(Objects.requireNonNull(node.contracts.table().entry(CONTRACT.id()))
                        .localDemand()
                        .isSubscribed())
                .isTrue();
        node.assertNothingPending();
    }
}
