package dev.tributary.core.limit;

import static dev.tributary.core.interleaving.Facts.require;

import dev.tributary.core.interleaving.Scenario;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Two uses of one pool of memory, one counted by peers and one by permits. At the end everything is free again, and at no
 * moment more was taken than there is.
 */
final class MemoryScenario implements Scenario {

    private static final long POOL = 100;

    private final MemoryBudget pool = MemoryBudget.shared("pool", POOL);
    private final MemoryPart peersPart = new MemoryPart(60, 10, pool);
    private final MemoryPart statesPart = new MemoryPart(60, 10, pool);
    private final MemoryBudget peers = MemoryBudget.of(peersPart, "peers", 60, 60);
    private final Permits states = new Permits(60, statesPart);
    private final MemoryBudget.Account account = peers.account("peer");
    private final List<Runnable> threads = new ArrayList<>();

    MemoryScenario thread(Consumer<MemoryScenario> work) {
        threads.add(() -> work.accept(this));
        return this;
    }

    /** One peer takes bytes and returns them. */
    void peer(String name, long bytes) {
        if (peers.tryAcquire(name, bytes)) {
            requireWithin();
            peers.release(name, bytes);
        }
    }

    /** A link takes bytes on the account of its peer; another thread may close the account meanwhile. */
    void link(long bytes) {
        if (account.tryAcquire(bytes)) {
            requireWithin();
            account.release(bytes);
        }
    }

    void closeLink() {
        account.close();
    }

    void state(long bytes) {
        if (states.tryAcquireOrExclusive(bytes)) {
            requireWithin();
            states.release(bytes);
        }
    }

    private void requireWithin() {
        require(pool.used() <= POOL, pool.used() + " bytes of the pool are taken");
        require(peers.used() <= 60, peers.used() + " bytes of the peers are taken");
    }

    @Override
    public List<Runnable> threads() {
        return threads;
    }

    @Override
    public void verify() {
        account.close();
        require(peers.used() == 0, peers.used() + " bytes of the peers are left");
        require(states.used() == 0, states.used() + " permits are left");
        require(peersPart.used() + statesPart.used() == 0, "bytes of a part are left");
        require(pool.used() == 0, pool.used() + " bytes of the pool are left");
    }
}
