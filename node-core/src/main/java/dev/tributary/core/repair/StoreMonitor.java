package dev.tributary.core.repair;

import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.error.RateLimitedLog;
import dev.tributary.core.hosting.HostedContracts;
import dev.tributary.core.request.RequestContext;
import dev.tributary.core.storage.ContractStore;
import dev.tributary.core.storage.StoreSpace;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Measures the disk, so that the hosting budget follows it, and a store that refuses commits is tried again. */
final class StoreMonitor {

    /** Pause between two measurements. */
    private static final Duration PAUSE = Duration.ofSeconds(5);

    /** Timeout of a measurement. */
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private static final StoreSpace NOT_MEASURED = new StoreSpace(0, 0);

    private static final Logger log = LoggerFactory.getLogger(StoreMonitor.class);

    private final RequestContext context;
    private final HostedContracts contracts;
    private final RateLimitedLog silence;

    StoreMonitor(RequestContext context, HostedContracts contracts) {
        this.context = context;
        this.contracts = contracts;
        this.silence = new RateLimitedLog(log, 1, context.time()::nanos);
    }

    /** Completes if the store has no disk. */
    Flux<?> work() {
        ContractStore store = contracts.contractStore();
        return Mono.defer(() -> measure(store))
                .repeatWhen(rounds -> rounds.takeWhile(measured -> measured > 0)
                        .concatMap(measured -> Mono.delay(PAUSE, context.timer()), 1));
    }

    private Mono<StoreSpace> measure(ContractStore store) {
        return store.space()
                .timeout(TIMEOUT, context.timer())
                .doOnNext(
                        space -> contracts.table().setDisk(space, store.health().isWritable()))
                .onErrorResume(
                        failure -> failure instanceof NodeException || failure instanceof TimeoutException,
                        failure -> Mono.fromSupplier(() -> onSilence(store, failure)));
    }

    private StoreSpace onSilence(ContractStore store, Throwable failure) {
        if (failure instanceof NodeBusyException) {
            return NOT_MEASURED;
        }
        String refusal = store.health().refusal();
        silence.log(
                Level.ERROR,
                "store does not answer reason=\"{}\"",
                refusal == null ? String.valueOf(failure.getMessage()) : refusal);
        contracts.table().setWritable(false);
        return NOT_MEASURED;
    }
}
