package dev.tributary.core.operation;

import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.error.NodeStoppedException;
import dev.tributary.core.operation.Listener.Gap;
import dev.tributary.core.operation.Listener.Numbered;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractUpdate;
import dev.tributary.core.value.TimeSource;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.scheduler.Scheduler;

/**
 * This node's subscribers: who may come, who is told of which commit, and which contracts are wanted because of them. What
 * takes time is done by {@link SubscriptionUpkeep}. Safe to use from any thread.
 */
public final class Subscriptions {

    private final SubscriptionConfig config;
    private final HostedContracts contracts;
    private final RandomGenerator random;
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
     * @param timer where those wake up who work for subscribers
     * @param callbacks where subscribers are called
     */
    public Subscriptions(
            SubscriptionConfig config,
            HostedContracts contracts,
            TimeSource time,
            RandomGenerator random,
            Scheduler timer,
            Scheduler callbacks) {
        this.config = config;
        this.contracts = contracts;
        this.random = random;
        this.callbacks = callbacks;
        this.welcomes = new Agenda(time, timer);
        this.searches = new Agenda(time, timer);
        contracts.onCommit(this::committed);
    }

    /** The contracts with newcomers who are to be shown what is held. */
    Agenda welcomes() {
        return welcomes;
    }

    /** The contracts that are to be looked for on the ring. */
    Agenda searches() {
        return searches;
    }

    /** The contract's state and its changes; see {@code Node.subscribe}. */
    public Flux<ContractUpdate> subscribe(ContractInstanceId id) {
        return Flux.defer(() -> {
            Gap gap = new Gap(skipped);
            return Flux.<Numbered>push(sink -> enter(id, sink), FluxSink.OverflowStrategy.LATEST)
                    .map(gap::show);
        });
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
            contracts.subscribed(id, true);
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

    /** The subscribers of the contract, or null if there are none. */
    @Nullable
    Topic topic(ContractInstanceId id) {
        return topics.get(id);
    }

    /** None of them can be served. */
    void fail(ContractInstanceId id, NodeException failure) {
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

    /** The contract is held here, and will be as long as somebody subscribes to it. */
    synchronized void hold(ContractInstanceId id, Topic topic) {
        if (!topic.held() && topic.equals(topics.get(id))) {
            topic.hold();
            searches.remove(id);
        }
    }

    /** What these came for cannot be read. */
    synchronized void turnAway(ContractInstanceId id, Topic topic, Topic.Arrivals arrivals, NodeException why) {
        arrivals.who().forEach(listener -> leave(id, listener));
        topic.turnAway(arrivals, why);
    }

    /** The contract is not held here: it is looked for, unless it is already. */
    synchronized void seek(ContractInstanceId id, Topic topic) {
        if (topic.equals(topics.get(id)) && topic.seek()) {
            searches.add(id, Duration.ZERO);
        }
    }

    /** It was looked for in vain. */
    synchronized void searchLater(ContractInstanceId id, Topic topic) {
        if (topic.equals(topics.get(id)) && !topic.held()) {
            searches.add(id, topic.pause(random));
        }
    }
}
