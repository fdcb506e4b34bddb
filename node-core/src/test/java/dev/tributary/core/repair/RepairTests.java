package dev.tributary.core.repair;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.Node;
import dev.tributary.core.NodeConfig;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.error.ContractDamagedException;
import dev.tributary.core.hosting.HostingConfig;
import dev.tributary.core.storage.DamageStatus;
import dev.tributary.core.test.DamagedStore;
import dev.tributary.core.test.VirtualTimeRing;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.GetResult;
import dev.tributary.core.value.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

/** Damaged copies in a network of three nodes. */
class RepairTests {

    private static final State STATE = LastWriterWins.state(1, new byte[] {42});
    private static final Duration ANSWER = Duration.ofSeconds(5);

    private final VirtualTimeRing ring = VirtualTimeRing.create(7)
            .config(NodeConfig.local().withHosting(HostingConfig.defaults().withScrubInterval(Duration.ofMinutes(1))));
    private final List<DamagedStore> stores = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();

    @AfterEach
    void stopAll() {
        nodes.forEach(node -> node.stop().subscribe(none -> {}, failure -> {}));
        ring.advance(Duration.ofSeconds(30));
    }

    @Test
    void damageThatARequestFindsIsRepairedAtOnce() {
        startThree();
        Contract contract = put("requested");
        stores.get(0).damage(contract.id());

        GetResult result = ring.await(ANSWER, nodes.get(0).get(contract.id()));

        assertThat(result).isInstanceOf(GetResult.Found.class);
        assertThat(damage(0)).isEqualTo(new DamageStatus(0, 0, 1, 1, 0, 0, false));
        assertThat(stores.get(0).read(contract.id()).block()).isNotNull();
    }

    @Test
    void scrubFindsDamageThatNoRequestFindsAndTheCopyIsReplaced() {
        startThree();
        Contract damaged = put("unused");
        put("intact");
        stores.get(1).damage(damaged.id());

        ring.advance(Duration.ofSeconds(90));

        assertThat(damage(1).damaged()).isZero();
        assertThat(damage(1).found()).isEqualTo(1);
        assertThat(damage(1).repaired()).isEqualTo(1);
        assertThat(damage(1).scrubs()).isEqualTo(1);
        assertThat(damage(1).scrubbedBytes()).isPositive();
        assertThat(stores.get(1).read(damaged.id()).block()).isNotNull();
    }

    @Test
    void scrubReadsNoFasterThanItsRate() {
        ring.config(NodeConfig.local()
                .withHosting(HostingConfig.defaults()
                        .withScrubInterval(Duration.ofMinutes(1))
                        .withScrubRate(1_000)));
        Node node = start();
        for (int i = 0; i < 20; i++) {
            ring.await(ANSWER, node.put(LastWriterWins.named("large " + i), LastWriterWins.state(1, new byte[10_000])));
        }

        ring.advance(Duration.ofSeconds(60 + 100));

        assertThat(damage(0).scrubs()).isZero();
        assertThat(damage(0).scrubbedBytes()).isBetween(90_000L, 120_000L);
        ring.advance(Duration.ofMinutes(2));
        assertThat(damage(0).scrubs()).isEqualTo(1);
    }

    @Test
    void scrubOfRateZeroReadsNothing() {
        ring.config(NodeConfig.local()
                .withHosting(HostingConfig.defaults()
                        .withScrubInterval(Duration.ofMinutes(1))
                        .withScrubRate(0)));
        Node node = start();
        ring.await(ANSWER, node.put(LastWriterWins.named("alone"), STATE));

        ring.advance(Duration.ofHours(1));

        assertThat(damage(0)).isEqualTo(new DamageStatus(0, 0, 0, 0, 0, 0, false));
    }

    @Test
    void pausedScrubReadsNothingUntilItIsResumed() {
        Node node = start();
        ring.await(ANSWER, node.put(LastWriterWins.named("alone"), STATE));
        node.setScrubPaused(true);

        ring.advance(Duration.ofHours(1));
        assertThat(damage(0).scrubbedBytes()).isZero();
        assertThat(damage(0).isScrubPaused()).isTrue();

        node.setScrubPaused(false);
        ring.advance(Duration.ofSeconds(10));
        assertThat(damage(0).scrubs()).isEqualTo(1);
        assertThat(damage(0).isScrubPaused()).isFalse();
    }

    @Test
    void damagedCopyOfWhichNoNodeHasAnotherIsLostAfterADayAndCanBeDropped() {
        Node node = start();
        Contract contract = LastWriterWins.named("lonely");
        ring.await(ANSWER, node.put(contract, STATE));
        stores.get(0).damage(contract.id());
        ring.advance(Duration.ofHours(23));
        assertThat(damage(0).damaged()).isEqualTo(1);
        assertThat(damage(0).lost()).isZero();

        ring.advance(Duration.ofHours(2));
        assertThat(damage(0).lost()).isEqualTo(1);

        assertThat(ring.await(ANSWER, node.drop(contract.id()))).isTrue();
        assertThat(damage(0).damaged()).isZero();
        assertThat(damage(0).lost()).isZero();
        assertThat(damage(0).repaired()).isZero();
        assertThat(ring.await(ANSWER, node.get(contract.id()))).isInstanceOf(GetResult.NotFound.class);
        assertThat(ring.await(ANSWER, node.drop(contract.id()))).isFalse();
    }

    @Test
    void droppedContractIsGoneFromThisNodeOnly() {
        startThree();
        Contract contract = put("dropped");

        assertThat(ring.await(ANSWER, nodes.get(0).drop(contract.id()))).isTrue();

        assertThat(stores.get(1).read(contract.id()).block()).isNotNull();
        assertThat(ring.await(ANSWER, nodes.get(0).get(contract.id()))).isInstanceOf(GetResult.Found.class);
    }

    @Test
    void copyThatTheScrubCannotVerifyButTheStoreCanReadIsWrittenAnew() {
        Node node = start();
        Contract contract = LastWriterWins.named("cached");
        ring.await(ANSWER, node.put(contract, STATE));
        stores.get(0).damageBehindCache(contract.id());

        ring.advance(Duration.ofSeconds(90));

        assertThat(damage(0).repaired()).isEqualTo(1);
        assertThat(damage(0).damaged()).isZero();
        assertThat(ring.await(ANSWER, node.get(contract.id()))).isInstanceOf(GetResult.Found.class);
    }

    @Test
    void loneNodeRepairsItsCopyWhenAnotherNodeWithOneJoins() {
        Node node = start();
        Contract contract = LastWriterWins.named("lonely");
        ring.await(ANSWER, node.put(contract, STATE));
        stores.get(0).damage(contract.id());
        ring.advance(Duration.ofSeconds(90));
        StepVerifier.create(node.get(contract.id()))
                .then(() -> ring.advance(ANSWER))
                .verifyError(ContractDamagedException.class);

        Node other = start();
        ring.advance(Duration.ofSeconds(10));
        ring.await(ANSWER, other.put(contract, STATE));
        ring.advance(Duration.ofSeconds(60));

        assertThat(damage(0).damaged()).isZero();
        assertThat(ring.await(ANSWER, node.get(contract.id()))).isInstanceOf(GetResult.Found.class);
    }

    private void startThree() {
        start();
        start();
        start();
        ring.advance(Duration.ofSeconds(10));
    }

    private Node start() {
        DamagedStore store = new DamagedStore();
        Node node = ring.startAt(0.3 * nodes.size() + 0.1, store, nodes.toArray(Node[]::new));
        stores.add(store);
        nodes.add(node);
        return node;
    }

    private Contract put(String name) {
        Contract contract = LastWriterWins.named(name);
        ring.await(ANSWER, nodes.get(2).put(contract, STATE));
        ring.advance(Duration.ofSeconds(10));
        return contract;
    }

    private DamageStatus damage(int node) {
        return nodes.get(node).status().contracts().hosting().copies().damage();
    }
}
