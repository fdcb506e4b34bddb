package dev.tributary.core.repair;

import dev.tributary.core.contract.CallClass;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.hosting.HostedContracts;
import dev.tributary.core.operation.GetOperation;
import dev.tributary.core.request.KeyedWorkQueue;
import dev.tributary.core.request.RequestContext;
import dev.tributary.core.request.WorkSignal;
import dev.tributary.core.storage.DamagedContracts;
import dev.tributary.core.value.ContractInstanceId;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Replaces damaged copies: by what the store can still read, else by a copy of another node. */
final class CopyRepair {

    /** Pause before the first attempt: a request that found the damage usually replaces the copy itself. */
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    /** Pause after the first failed attempt; it is doubled with every attempt. */
    private static final Duration RETRY_PAUSE = Duration.ofSeconds(5);

    /** Maximum pause in the first minutes, in which a started node may still be joining. */
    private static final Duration MAX_EARLY_PAUSE = Duration.ofSeconds(30);

    /** Pause between later attempts: no known node has a copy. */
    private static final Duration LATE_PAUSE = Duration.ofMinutes(10);

    private static final int EARLY_ATTEMPTS = 12;

    /** Maximum number of copies that are fetched at once. */
    private static final int CONCURRENCY = 4;

    private static final Logger log = LoggerFactory.getLogger(CopyRepair.class);

    private final HostedContracts contracts;
    private final GetOperation gets;
    private final DamagedContracts damaged;
    private final KeyedWorkQueue<ContractInstanceId> queue;
    private final Map<ContractInstanceId, Integer> attempts = new ConcurrentHashMap<>();

    CopyRepair(RequestContext context, HostedContracts contracts, GetOperation gets) {
        this.contracts = contracts;
        this.gets = gets;
        this.damaged = contracts.table().damaged();
        this.queue = new KeyedWorkQueue<>(context.time(), new WorkSignal(context.timer()));
        damaged.onDamage(id -> queue.schedule(id, FIRST_PAUSE));
    }

    /** Repairs what is due; never completes. */
    Flux<?> work() {
        return queue.signal()
                .work(queue::take, queue::timeUntilNext)
                .flatMap(id -> Mono.using(() -> id, this::repair, queue::finish), CONCURRENCY, 1);
    }

    private Mono<Void> repair(ContractInstanceId id) {
        return contracts
                .rewriteDamaged(id)
                .filter(isRewritten -> !isRewritten)
                .flatMap(lost -> gets.fetch(id, CallClass.BACKGROUND))
                .then()
                .onErrorResume(NodeException.class, failure -> {
                    log.debug("copy not repaired yet contract={} reason={}", id, failure.getMessage());
                    return Mono.empty();
                })
                .doOnSuccess(done -> retryIfDamaged(id));
    }

    private void retryIfDamaged(ContractInstanceId id) {
        if (damaged.contains(id)) {
            queue.schedule(id, pause(attempts.merge(id, 1, Integer::sum)));
        } else {
            attempts.remove(id);
        }
    }

    private static Duration pause(int attempt) {
        if (attempt > EARLY_ATTEMPTS) {
            return LATE_PAUSE;
        }
        Duration doubled = RETRY_PAUSE.multipliedBy(1L << (attempt - 1));
        return doubled.compareTo(MAX_EARLY_PAUSE) < 0 ? doubled : MAX_EARLY_PAUSE;
    }
}
