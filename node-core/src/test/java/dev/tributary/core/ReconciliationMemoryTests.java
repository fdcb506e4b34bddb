package dev.tributary.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.error.RefusalCode;
import dev.tributary.core.limit.MemoryPlan;
import dev.tributary.core.limit.MemoryUse;
import dev.tributary.core.message.Refused;
import dev.tributary.core.message.Update;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.peer.PeerTransport;
import dev.tributary.core.simulation.InMemoryNetwork;
import dev.tributary.core.storage.ContractStore;
import dev.tributary.core.storage.InMemoryContractStore;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.test.ForwardingStore;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.StateDigest;
import dev.tributary.core.value.StateSummary;
import dev.tributary.core.value.TransactionId;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Many peers ask at once what they miss of one large state: what is read for them stays within its share of the memory. */
class ReconciliationMemoryTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Contract LARGE = LastWriterWins.named("large");
    private static final int SIZE = 20 << 20;
    private static final int PEERS = 15;
    private static final int REQUESTS = 100;

    private final InMemoryNetwork network = InMemoryNetwork.create();
    private final HeldReads store = new HeldReads(InMemoryContractStore.create());
    private final AtomicInteger refused = new AtomicInteger();
    private final Node node = Objects.requireNonNull(
            Node.builder().transport(network.transport()).store(store).start().block(TIMEOUT));

    @AfterEach
    void stop() {
        node.stop().block(TIMEOUT);
    }

    @Test
    void statesThatAreReadForComparisonsStayWithinTheirShareOfTheMemory() {
        node.put(LARGE, LastWriterWins.state(1, new byte[SIZE - Long.BYTES])).block(TIMEOUT);
        store.holds = true;

        for (int peer = 0; peer < PEERS; peer++) {
            PeerLink link = link();
            for (int i = 0; i < REQUESTS; i++) {
                link.send(request(peer, i)).block(TIMEOUT);
            }
        }
        await().atMost(TIMEOUT).until(() -> refused.get() + store.reads.get() == PEERS * REQUESTS);

        assertThat(store.reads.get() * (long) SIZE)
                .isPositive()
                .isLessThanOrEqualTo(MemoryPlan.ofThisProcess().bytes(MemoryUse.REQUESTS));
        assertThat(refused.get()).isGreaterThan(PEERS * REQUESTS * 9 / 10);
    }

    private PeerLink link() {
        PeerTransport transport = network.transport();
        transport.open().block(TIMEOUT);
        PeerLink link = Objects.requireNonNull(
                transport.dial(node.status().address(), null).block(TIMEOUT));
        link.messages()
                .ofType(Refused.class)
                .filter(refusal -> refusal.code() == RefusalCode.BUSY)
                .subscribe(refusal -> refused.incrementAndGet());
        return link;
    }

    private static Update.Reconcile request(int peer, int number) {
        byte[] digest = new byte[32];
        digest[0] = (byte) number;
        return new Update.Reconcile(
                new TransactionId(peer, number),
                Duration.ofMinutes(1),
                LARGE.id(),
                new StateDigest(Bytes.wrap(digest)),
                new StateSummary(Bytes.utf8("0")));
    }

    /** A store whose reads do not end once it holds them. */
    private static final class HeldReads implements ForwardingStore {

        private final ContractStore delegate;
        private final AtomicInteger reads = new AtomicInteger();
        private volatile boolean holds;

        HeldReads(ContractStore delegate) {
            this.delegate = delegate;
        }

        @Override
        public ContractStore delegate() {
            return delegate;
        }

        @Override
        public Mono<StoredContract> read(ContractInstanceId id) {
            return Mono.defer(() -> {
                if (!holds) {
                    return delegate.read(id);
                }
                reads.incrementAndGet();
                return Mono.never();
            });
        }
    }
}
