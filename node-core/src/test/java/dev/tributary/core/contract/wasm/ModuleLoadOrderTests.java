package dev.tributary.core.contract.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.core.contract.CallClass;
import dev.tributary.core.contract.standard.SignedDocument;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;

/** In which order modules are loaded while one load runs. */
class ModuleLoadOrderTests {

    private final WasmLimits limits = WasmLimits.defaults();
    private final CompilerThreads threads = new CompilerThreads(limits, 1 << 20);
    private final Watchdog watchdog = new Watchdog(limits, TimeSource.system());
    private final ModuleCache modules =
            new ModuleCache(new ModuleLoader(limits, ModuleLoader.Mode.COMPILED), threads, watchdog, limits);
    private final CountDownLatch firstMayEnd = new CountDownLatch(1);
    private final List<Integer> loaded = Collections.synchronizedList(new ArrayList<>());
    private final List<CompletableFuture<Void>> pending = new ArrayList<>();

    @BeforeEach
    void occupyTheCompiler() {
        threads.execute(CallClass.CLIENT_LOCAL, () -> {
            try {
                firstMayEnd.await();
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            }
        });
    }

    @AfterEach
    void close() {
        firstMayEnd.countDown();
        threads.close();
        watchdog.close();
    }

    @Test
    void moduleThatAClientNeedsIsLoadedBeforeThoseOfPeersAndMaintenance() {
        load(1, CallClass.BACKGROUND);
        load(2, CallClass.NETWORK_RELAY);
        load(3, CallClass.CLIENT_LOCAL);

        assertThat(loadOrder()).containsExactly(3, 2, 1);
    }

    @Test
    void moduleThatAClientNeedsTooIsLoadedForTheClient() {
        load(1, CallClass.NETWORK_RELAY);
        load(2, CallClass.BACKGROUND);
        load(2, CallClass.CLIENT_LOCAL);

        assertThat(loadOrder()).containsExactly(2, 2, 1);
    }

    @Test
    void loadThatAllCallersLeftLeavesTheQueue() {
        Disposable first = modules.module(code(1), CallClass.NETWORK_RELAY).subscribe(module -> {}, failure -> {});
        Disposable second = modules.module(code(1), CallClass.NETWORK_RELAY).subscribe(module -> {}, failure -> {});
        first.dispose();
        assertThat(threads.waiting()).as("for the second caller").isOne();
        second.dispose();
        assertThat(threads.waiting()).isZero();
        assertThat(modules.usage().modules()).isZero();

        load(1, CallClass.CLIENT_LOCAL);
        assertThat(loadOrder()).containsExactly(1);
    }

    @Test
    void callerThatComesWhileALoadRunsThatAllOthersLeftJoinsIt() {
        ContractCode code = SignedDocument.code();
        Disposable left = modules.module(code, CallClass.NETWORK_RELAY).subscribe(module -> {}, failure -> {});
        firstMayEnd.countDown();
        await().pollInterval(Duration.ofMillis(1)).until(() -> threads.waiting() == 0);
        left.dispose();

        CompletableFuture<LoadedModule> joined =
                modules.module(code, CallClass.NETWORK_RELAY).toFuture();
        assertThat(threads.waiting()).as("further loads of the same code").isZero();
        assertThat(joined.join()).isNotNull();
        assertThat(modules.usage().loads()).isOne();
    }

    private void load(int number, CallClass callClass) {
        pending.add(modules.module(code(number), callClass).toFuture().handle((module, failure) -> {
            loaded.add(number);
            return null;
        }));
    }

    /** No valid module, but one that has to be loaded to know it. */
    private static ContractCode code(int number) {
        return ContractCode.of(Bytes.wrap(Probe.hex("0061736d 01000000 00 03 01 61 0" + number)));
    }

    private List<Integer> loadOrder() {
        firstMayEnd.countDown();
        CompletableFuture.allOf(pending.toArray(CompletableFuture[]::new)).join();
        return loaded;
    }
}
