package dev.tributary.core.repair;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.Node;
import dev.tributary.core.NodeConfig;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.error.StorageException;
import dev.tributary.core.hosting.HostingConfig;
import dev.tributary.core.storage.ContractStore;
import dev.tributary.core.storage.InMemoryContractStore;
import dev.tributary.core.storage.StoreHealth;
import dev.tributary.core.storage.StoreSpace;
import dev.tributary.core.test.ForwardingStore;
import dev.tributary.core.test.VirtualTimeRing;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.GetResult;
import dev.tributary.core.value.State;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** The hosting budget follows the disk. */
class DiskBudgetTests {

    private static final long MIB = 1 << 20;
    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final State STATE = LastWriterWins.state(1, new byte[2 << 20]);

    private final VirtualTimeRing ring =
            VirtualTimeRing.create(7).config(NodeConfig.local().withHosting(HostingConfig.defaults()));
    private final SmallDisk disk = new SmallDisk(InMemoryContractStore.create());
    private final Node node = ring.startAt(0.1, disk);

    @AfterEach
    void stop() {
        node.stop().subscribe(none -> {}, failure -> {});
        ring.advance(Duration.ofSeconds(30));
    }

    @Test
    void budgetIsAShareOfWhatIsOccupiedAndFree() {
        disk.total = 200 * MIB;

        ring.advance(Duration.ofSeconds(6));

        assertThat(node.status().contracts().hosting().budget()).isEqualTo(200 * MIB / 100 * 50);
    }

    @Test
    void leastWantedContractsAreEvictedAndPutsGoOn() {
        disk.total = 40 * MIB;
        ring.advance(Duration.ofSeconds(6));

        for (int i = 0; i < 30; i++) {
            ring.await(ANSWER, node.put(contract(i), STATE));
            ring.advance(Duration.ofSeconds(1));
        }

        ring.advance(Duration.ofSeconds(6));
        assertThat(disk.allocated()).isLessThanOrEqualTo(20 * MIB);
        assertThat(node.status().contracts().hosting().evicted()).isGreaterThanOrEqualTo(20);
        assertThat(ring.await(ANSWER, node.get(contract(29).id()))).isInstanceOf(GetResult.Found.class);
    }

    @Test
    void whatClientsPutStaysWhenOthersFillTheDisk() {
        disk.total = 1_000 * MIB;
        for (int i = 0; i < 20; i++) {
            ring.await(ANSWER, node.put(contract(i), STATE));
        }

        disk.total = disk.allocated();
        ring.advance(Duration.ofMinutes(1));

        assertThat(node.status().contracts().hosting().contracts()).isEqualTo(20);
    }

    @Test
    void unusedPartsOfTheStoreCountToo() {
        disk.total = 200 * MIB;
        disk.unused = 30 * MIB;

        ring.advance(Duration.ofSeconds(6));

        assertThat(node.status().contracts().hosting().budget()).isEqualTo(200 * MIB / 100 * 50 - 30 * MIB);
    }

    @Test
    void storeThatRefusesIsSeenInTheStatusAndRecovers() {
        disk.refusal = "No space left on device";
        assertThat(node.status().contracts().health().isWritable()).isFalse();
        assertThat(node.status().contracts().health().refusal()).isEqualTo("No space left on device");

        disk.refusal = null;

        assertThat(node.status().contracts().health().isWritable()).isTrue();
    }

    private static Contract contract(int number) {
        return LastWriterWins.named("number " + number);
    }

    /** A store on a disk of limited size. */
    private static final class SmallDisk implements ForwardingStore {

        private final ContractStore delegate;
        private long total = 1L << 40;
        private long unused;
        private volatile @org.jspecify.annotations.Nullable String refusal;

        SmallDisk(ContractStore delegate) {
            this.delegate = delegate;
        }

        @Override
        public ContractStore delegate() {
            return delegate;
        }

        long allocated() {
            return usage().stateBytes() + unused;
        }

        @Override
        public Mono<Void> commit(dev.tributary.core.storage.StoredContract stored) {
            return Mono.defer(() -> allocated() + stored.state().size() > total
                    ? Mono.error(new StorageException("no space left on the device"))
                    : delegate.commit(stored));
        }

        @Override
        public Mono<StoreSpace> space() {
            return Mono.fromSupplier(() -> new StoreSpace(allocated(), total - allocated()));
        }

        @Override
        public StoreHealth health() {
            return new StoreHealth(refusal, 0, 0, Duration.ZERO);
        }
    }
}
