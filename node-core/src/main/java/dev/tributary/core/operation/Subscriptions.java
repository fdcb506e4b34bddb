package dev.tributary.core.operation;

import dev.tributary.core.contract.CallClass;
import dev.tributary.core.error.ContractUnsupportedException;
import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.error.NodeStoppedException;
import dev.tributary.core.error.PayloadTooLargeException;
import dev.tributary.core.operation.Listener.Gap;
import dev.tributary.core.operation.Listener.Numbered;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractUpdate;
import dev.tributary.core.value.GetResult;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/**
 * This node's subscribers, and what it does for them: it shows newcomers what is held, looks on the ring for what is not,
 * and tells the table which contracts are wanted for as long as they have a subscriber. Safe to use from any thread.
 */
public final class Subscriptions {

    /** How many contracts' newcomers are shown what is held at once: a slow disk holds up the others no longer than that. */
    private static final int WELCOMES_AT_ONCE = 64;

    /** How many contracts are looked for at once; a silent network holds up a search for the whole deadline. */
    private static final int SEARCHES_AT_ONCE = 64;

    private static final Duration RESTART = Duration.ofSeconds(1);

    private static final Logger log = LoggerFactory.getLogger(Subscriptions.class);

    private final SubscriptionConfig config;
    private final OperationContext context;
    private final HostedContracts contracts;
    private final GetOperation gets;
    private final Scheduler callbacks;
    private final Agenda welcomes;
    private final Agenda searches;
    private final Map<ContractInstanceId, Topic> topics = new ConcurrentHashMap<>();
    private final AtomicLong changes = new AtomicLong();
    private final AtomicLong skipped = new AtomicLong();
    private int subscribers;
    private boolean closed;

    /**
     * Nobody subscribes yet.
     *
     * @param gets finds what is not held here, and keeps it
     * @param callbacks where subscribers are called
     */
    public Subscriptions(
            SubscriptionConfig config,
            OperationContext context,
            HostedContracts contracts,
            GetOperation gets,
            Scheduler callbacks) {
        this.config = config;
        this.context = context;
        this.contracts = contracts;
        this.gets = gets;
        this.callbacks = callbacks;
        this.welcomes = new Agenda(context.time(), context.timer());
        this.searches = new Agenda(context.time(), context.timer());
        contracts.onCommit(this::committed);
    }

    /** The contract's state and its changes; see {@code Node.subscribe}. */
    public Flux<ContractUpdate> subscribe(ContractInstanceId id) {
        return Flux.defer(() -> {
            Gap gap = new Gap(skipped::addAndGet);
            return Flux.<Numbered>push(sink -> enter(id, sink), FluxSink.OverflowStrategy.LATEST)
                    .map(gap::show);
        });
    }

    /** Does what is to be done for subscribers until it is cancelled. Subscribe once. */
    public Mono<Void> run() {
        return Mono.when(
                strand("welcome", welcomes, this::welcome, WELCOMES_AT_ONCE),
                strand("search", searches, this::search, SEARCHES_AT_ONCE));
    }

    /** From now on newcomers are refused. */
    public synchronized void refuse() {
        closed = true;
    }

    /** Fails all subscribers: the node stops. */
    public void end() {
        refuse();
        topics.keySet().forEach(id -> fail(id, new NodeStoppedException()));
    }

    /** How many contracts are read or looked for now because of their subscribers. */
    public int busy() {
        return welcomes.busy() + searches.busy();
    }

    /**
     * The subscribers in numbers.
     *
     * @param updates what the node's clients changed, which is counted elsewhere
     */
    public LivingStatus status(long updates) {
        int awaited =
                (int) topics.values().stream().filter(topic -> !topic.held()).count();
        return new LivingStatus(subscribers(), topics.size(), awaited, updates, changes.get(), skipped.get());
    }

    private synchronized int subscribers() {
        return subscribers;
    }

    private void enter(ContractInstanceId id, FluxSink<Numbered> sink) {
        Listener listener = new Listener(sink);
        try {
            enter(id, listener);
        } catch (NodeException refused) {
            sink.error(refused);
            return;
        }
        welcomes.add(id, Duration.ZERO);
        sink.onDispose(() -> leave(id, listener));
    }

    private synchronized void enter(ContractInstanceId id, Listener listener) {
        Topic topic = topics.get(id);
        if (closed) {
            throw new NodeStoppedException();
        } else if (subscribers >= config.subscribers()) {
            throw new NodeBusyException("subscribers", config.subscribers());
        } else if (topic == null && topics.size() >= config.contracts()) {
            throw new NodeBusyException("contracts with subscribers", config.contracts());
        } else if (topic != null && topic.size() >= config.perContract()) {
            throw new NodeBusyException("subscribers of contract " + id, config.perContract());
        }
        if (topic == null) {
            topic = new Topic(callbacks, lost -> leave(id, lost));
            topics.put(id, topic);
        }
        topic.add(listener);
        subscribers++;
    }

    private synchronized void leave(ContractInstanceId id, Listener listener) {
        Topic topic = topics.get(id);
        if (topic != null && topic.remove(listener)) {
            subscribers--;
            if (topic.size() == 0) {
                release(id);
            }
        }
    }

    private void fail(ContractInstanceId id, NodeException failure) {
        Topic topic;
        synchronized (this) {
            topic = release(id);
            subscribers -= topic == null ? 0 : topic.size();
        }
        if (topic != null) {
            topic.end(failure);
        }
    }

    /** Nobody here subscribes to it any more. */
    private @Nullable Topic release(ContractInstanceId id) {
        welcomes.remove(id);
        searches.remove(id);
        Topic topic = topics.remove(id);
        if (topic != null) {
            topic.desert();
            contracts.subscribed(id, false);
        }
        return topic;
    }

    private void committed(StoredContract stored) {
        Topic topic = topics.get(stored.contract().id());
        if (topic != null) {
            hold(stored.contract().id(), topic);
            if (topic.changed(stored)) {
                changes.incrementAndGet();
            }
        }
    }

    /** The contract is held here, and from now on kept in step as long as somebody subscribes to it. */
    private synchronized void hold(ContractInstanceId id, Topic topic) {
        if (!topic.held() && topic.equals(topics.get(id))) {
            topic.hold();
            searches.remove(id);
            contracts.subscribed(id, true);
        }
    }

    private Mono<Void> welcome(ContractInstanceId id) {
        Topic topic = topics.get(id);
        if (topic == null) {
            return Mono.empty();
        }
        Topic.Welcome arrivals = topic.arrivals();
        return contracts
                .find(id)
                .map(Optional::of)
                .defaultIfEmpty(Optional.empty())
                .doOnNext(found -> found.ifPresentOrElse(
                        stored -> {
                            hold(id, topic);
                            topic.welcome(arrivals, stored);
                        },
                        () -> seek(id, topic)))
                .onErrorResume(NodeException.class, unreadable -> {
                    fail(id, unreadable);
                    return Mono.empty();
                })
                .then();
    }

    private synchronized void seek(ContractInstanceId id, Topic topic) {
        if (topic.equals(topics.get(id)) && topic.seek()) {
            searches.add(id, Duration.ZERO);
        }
    }

    private Mono<Void> search(ContractInstanceId id) {
        Topic topic = topics.get(id);
        if (topic == null || topic.held()) {
            return Mono.empty();
        }
        return gets.fetch(id, CallClass.CLIENT_LOCAL, context.config().deadline())
                .takeUntilOther(topic.deserted())
                .doOnNext(result -> found(id, topic, result))
                .onErrorResume(NodeException.class, failure -> {
                    notFound(id, topic, failure);
                    return Mono.empty();
                })
                .then();
    }

    private void notFound(ContractInstanceId id, Topic topic, NodeException failure) {
        log.debug("contract={} not found for its subscribers: {}", id, failure.getMessage());
        if (failure instanceof ContractUnsupportedException || failure instanceof PayloadTooLargeException) {
            fail(id, failure);
        } else {
            searchLater(id, topic);
        }
    }

    private void found(ContractInstanceId id, Topic topic, GetResult result) {
        if (result instanceof GetResult.Found found && !contracts.table().holds(id)) {
            fail(id, contracts.noRoom(found.contract(), found.value()));
        } else if (result instanceof GetResult.NotFound) {
            searchLater(id, topic);
        }
    }

    private synchronized void searchLater(ContractInstanceId id, Topic topic) {
        if (topic.equals(topics.get(id)) && !topic.held()) {
            searches.add(id, topic.pause(context.random()));
        }
    }

    private Mono<Void> strand(String name, Agenda agenda, Function<ContractInstanceId, Mono<Void>> errand, int atOnce) {
        return Mono.defer(() -> {
                    agenda.wake().reset();
                    return Mono.justOrEmpty(agenda.take());
                })
                .repeatWhenEmpty(looks -> looks.concatMap(
                        look -> agenda.wake().sleep(agenda.next()).thenReturn(look), 1))
                .repeat()
                .flatMap(id -> Mono.using(() -> id, errand, agenda::end), atOnce, 1)
                .then()
                .doOnError(failure -> log.error("strand={} of the subscriptions restarts", name, failure))
                .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, RESTART).scheduler(context.timer()));
    }
}
