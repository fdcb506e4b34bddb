package dev.tributary.core.contract.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.core.contract.CallClass;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CompilerThreadsTests {

    private static final WasmLimits LIMITS = WasmLimits.defaults();
    private static final int WAITING = LIMITS.compiler().queuedModules();

    private final CompilerThreads threads = new CompilerThreads(LIMITS, 1 << 20);
    private final CountDownLatch firstMayEnd = new CountDownLatch(1);
    private final List<String> run = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void close() {
        firstMayEnd.countDown();
        threads.close();
    }

    @Test
    void clientIsSecondAlthoughFiftyLoadsOfMaintenanceWait() throws InterruptedException {
        occupy();
        load(CallClass.BACKGROUND, 50, "maintenance");
        load(CallClass.NETWORK_RELAY, 1, "peer");
        load(CallClass.CLIENT_LOCAL, 1, "client");

        runAll();

        assertThat(run).startsWith("first", "client", "peer", "maintenance").hasSize(53);
    }

    @Test
    void clientFindsAPlaceWhereThereIsNoneForPeers() throws InterruptedException {
        occupy();
        load(CallClass.NETWORK_RELAY, WAITING, "peer");
        assertThatThrownBy(() -> load(CallClass.NETWORK_RELAY, 1, "peer"))
                .isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> load(CallClass.BACKGROUND, 1, "maintenance"))
                .isInstanceOf(RejectedExecutionException.class);

        load(CallClass.CLIENT_LOCAL, WAITING / 4, "client");
        assertThatThrownBy(() -> load(CallClass.CLIENT_LOCAL, 1, "client"))
                .isInstanceOf(RejectedExecutionException.class);

        runAll();
        assertThat(run.subList(1, 1 + WAITING / 4)).containsOnly("client");
    }

    @Test
    void loadThatAClientWaitsForTooComesBeforeThoseOfPeers() throws InterruptedException {
        occupy();
        load(CallClass.NETWORK_RELAY, 20, "peer");
        CompilerThreads.Load raised = threads.execute(CallClass.BACKGROUND, () -> run.add("raised"));

        threads.raise(raised, CallClass.CLIENT_LOCAL);
        threads.raise(raised, CallClass.NETWORK_RELAY);
        runAll();

        assertThat(run).startsWith("first", "raised", "peer").hasSize(22);
    }

    private void occupy() {
        threads.execute(CallClass.BACKGROUND, () -> {
            try {
                firstMayEnd.await();
                run.add("first");
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void load(CallClass callClass, int count, String name) {
        for (int i = 0; i < count; i++) {
            threads.execute(callClass, () -> run.add(name));
        }
    }

    /** Lets the first load end, and waits for one that comes after all others. */
    private void runAll() throws InterruptedException {
        firstMayEnd.countDown();
        CountDownLatch drained = new CountDownLatch(1);
        Runnable last = drained::countDown;
        while (!submitted(last)) {
            Thread.onSpinWait();
        }
        assertThat(drained.await(10, TimeUnit.SECONDS)).isTrue();
    }

    private boolean submitted(Runnable last) {
        try {
            threads.execute(CallClass.BACKGROUND, last);
            return true;
        } catch (RejectedExecutionException full) {
            return false;
        }
    }
}
