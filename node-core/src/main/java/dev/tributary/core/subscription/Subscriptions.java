package dev.tributary.core.subscription;

import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.error.NodeStoppedException;
import dev.tributary.core.hosting.HostedContracts;
import dev.tributary.core.limit.MemoryPlan;
import dev.tributary.core.limit.MemoryUse;
import dev.tributary.core.limit.Permits;
import dev.tributary.core.request.KeyedWorkQueue;
import dev.tributary.core.request.WorkSignal;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.subscription.SubscriberSink.SkipCounter;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractUpdate;
import dev.tributary.core.value.TimeSource;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.scheduler.Scheduler;

/**
 * This node's subscribers: admits them within the limits, publishes commits to them, and marks their contracts as
 * subscribed. {@link SubscriptionTasks} does the reads and searches. Safe to use from any thread.
 */
public final class Subscriptions {

    /** Pause before a state is read again that the memory of all subscribers has no room for. */
    private static final Duration NO_ROOM_PAUSE = Duration.ofMillis(500);

    private final SubscriptionConfig config;
    private final HostedContracts contracts;
    private final RandomGenerator random;
    private final Scheduler callbacks;
    private final Permits memory = MemoryPlan.ofThisProcess().permits(MemoryUse.SUBSCRIBER_STATES);
    private final KeyedWorkQueue<ContractInstanceId> initialReads;
    private final KeyedWorkQueue<ContractInstanceId> searches;
    private final Map<ContractInstanceId, ContractSubscribers> topics = new ConcurrentHashMap<>();
    private final AtomicLong changes = new AtomicLong();
    private final AtomicLong skipped = new AtomicLong();
    private int subscribers;
    private boolean closed;

    /**
     * Creates the registry without subscribers.
     *
     * @param timer the scheduler on which the workers for subscribers wake up
     * @param callbacks the scheduler on which subscribers are called
     */
    public Subscriptions(
            SubscriptionConfig config,
            HostedContracts contracts,
            TimeSource time,
            RandomGenerator random,
            Scheduler timer,
            Scheduler callbacks) {
        this.config = config.within(MemoryPlan.ofThisProcess());
        this.contracts = contracts;
        this.random = random;
        this.callbacks = callbacks;
        this.initialReads = new KeyedWorkQueue<>(time, new WorkSignal(timer));
        this.searches = new KeyedWorkQueue<>(time, new WorkSignal(timer));
        contracts.onCommit(this::committed);
        contracts.onUnstored(this::unstored);
    }

    /** The contracts with new subscribers that need the state that this node holds. */
    KeyedWorkQueue<ContractInstanceId> initialReads() {
        return initialReads;
    }

    /** The contracts to search for on the ring. */
    KeyedWorkQueue<ContractInstanceId> searches() {
        return searches;
    }

    /** Emits the contract's state and its changes; see {@code Node.subscribe}. */
    public Flux<ContractUpdate> subscribe(ContractInstanceId id) {
        return Flux.defer(() -> {
            SkipCounter skipCounter = new SkipCounter(skipped);
            AtomicReference<@Nullable SubscriberSink> listener = new AtomicReference<>();
            return Flux.<NumberedUpdate>push(
                            sink -> {
                                SubscriberSink created = new SubscriberSink(sink);
                                listener.set(created);
                                add(id, sink, created);
                            },
                            FluxSink.OverflowStrategy.LATEST)
                    .handle((state, out) -> {
                        if (skipCounter.isShown(state)) {
                            return;
                        }
                        ContractUpdate update = skipCounter.toUpdate(state);
                        if (update == null) {
                            readAgain(id, Objects.requireNonNull(listener.get()));
                        } else {
                            out.next(update);
                        }
                    });
        });
    }

    /** The state that waited for this subscriber was dropped, and the subscriber wants one now. */
    private void readAgain(ContractInstanceId id, SubscriberSink listener) {
        ContractSubscribers topic = topics.get(id);
        if (topic != null) {
            topic.addAgain(listener);
            initialReads.schedule(id, Duration.ZERO);
        }
    }

    /** Refuses new subscribers from now on. */
    public synchronized void stopAccepting() {
        closed = true;
    }

    /** Fails all subscribers with {@link NodeStoppedException}, and refuses new ones. */
    public void shutdown() {
        stopAccepting();
        topics.keySet().forEach(id -> fail(id, new NodeStoppedException()));
    }

    /**
     * The current numbers of subscribers and changes.
     *
     * @param updates number of changes made by the node's clients, which is counted elsewhere
     */
    public SubscriptionStatus status(long updates) {
        int awaited =
                (int) topics.values().stream().filter(topic -> !topic.held()).count();
        return new SubscriptionStatus(subscribers(), topics.size(), awaited, updates, changes.get(), skipped.get());
    }

    private synchronized int subscribers() {
        return subscribers;
    }

    private void add(ContractInstanceId id, FluxSink<NumberedUpdate> sink, SubscriberSink listener) {
        try {
            add(id, listener);
        } catch (NodeException refused) {
            sink.error(refused);
            return;
        }
        initialReads.schedule(id, Duration.ZERO);
        sink.onDispose(() -> remove(id, listener));
    }

    private synchronized void add(ContractInstanceId id, SubscriberSink listener) {
        ContractSubscribers topic = topics.get(id);
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
            topic = new ContractSubscribers(callbacks, memory, failed -> remove(id, failed), () -> readLater(id));
            topics.put(id, topic);
            contracts.setSubscribed(id, true);
        }
        topic.add(listener);
        subscribers++;
    }

    private synchronized void remove(ContractInstanceId id, SubscriberSink listener) {
        ContractSubscribers topic = topics.get(id);
        if (topic != null && topic.remove(listener)) {
            subscribers--;
            if (topic.size() == 0) {
                release(id);
            }
        }
    }

    /** Reads the contract for its subscribers when the memory may have room again. */
    void readLater(ContractInstanceId id) {
        initialReads.schedule(id, NO_ROOM_PAUSE);
    }

    /** The bytes of the states that are read or queued for subscribers. */
    Permits memory() {
        return memory;
    }

    /** The subscribers of the contract, or null if there are none. */
    @Nullable
    ContractSubscribers subscribersOf(ContractInstanceId id) {
        return topics.get(id);
    }

    /** Removes and fails all subscribers of the contract. */
    void fail(ContractInstanceId id, NodeException failure) {
        ContractSubscribers topic;
        synchronized (this) {
            topic = release(id);
            subscribers -= topic == null ? 0 : topic.size();
        }
        if (topic != null) {
            topic.failAll(failure);
        }
    }

    /** Removes the contract, whose last subscriber left or failed, and cancels its reads and searches. */
    private @Nullable ContractSubscribers release(ContractInstanceId id) {
        initialReads.cancel(id);
        searches.cancel(id);
        ContractSubscribers topic = topics.remove(id);
        if (topic != null) {
            topic.onEmpty();
            contracts.setSubscribed(id, false);
        }
        return topic;
    }

    private void committed(StoredContract stored) {
        ContractSubscribers topic = topics.get(stored.contract().id());
        if (topic != null) {
            markHeld(stored.contract().id(), topic);
            if (topic.publish(stored)) {
                changes.incrementAndGet();
            }
        }
    }

    /** The state that this node holds stays behind, as when its disk is full: the subscribers see that of other hosts. */
    private void unstored(StoredContract valid) {
        ContractInstanceId id = valid.contract().id();
        ContractSubscribers topic = topics.get(id);
        if (topic != null && topic.held()) {
            topic.unstored().add(valid);
            searches.schedule(id, Duration.ZERO);
        }
    }

    /** Shows the subscribers the state of other hosts, unless this node has stored one meanwhile. */
    void showUnstored(ContractSubscribers topic, StoredContract stored) {
        if (topic.publish(stored, true)) {
            changes.incrementAndGet();
        }
    }

    /** Schedules the next look at the state of other hosts, as long as this node's own stays behind. */
    synchronized void scheduleRefresh(ContractInstanceId id, ContractSubscribers topic) {
        if (topic.equals(topics.get(id)) && topic.unstored().isBehind()) {
            boolean isWaiting = topic.unstored().hasNext();
            searches.schedule(id, isWaiting ? Duration.ZERO : topic.nextSearchPause(random));
        }
    }

    /** Records that this node holds the contract, which stays as long as it has subscribers; ends the search for it. */
    synchronized void markHeld(ContractInstanceId id, ContractSubscribers topic) {
        if (!topic.held() && topic.equals(topics.get(id))) {
            topic.markHeld();
            searches.cancel(id);
        }
    }

    /** Removes and fails these new subscribers, because their first state could not be read. */
    synchronized void failNewcomers(
            ContractInstanceId id,
            ContractSubscribers topic,
            ContractSubscribers.Newcomers newcomers,
            NodeException failure) {
        newcomers.subscribers().forEach(listener -> remove(id, listener));
        topic.failNewcomers(newcomers, failure);
    }

    /** Records that this node does not hold the contract, and starts a search unless one runs already. */
    synchronized void markMissing(ContractInstanceId id, ContractSubscribers topic) {
        if (topic.equals(topics.get(id)) && topic.markMissing()) {
            searches.schedule(id, Duration.ZERO);
        }
    }

    /** Schedules the next search after one that found nothing. */
    synchronized void scheduleSearch(ContractInstanceId id, ContractSubscribers topic) {
        if (topic.equals(topics.get(id)) && !topic.held()) {
            searches.schedule(id, topic.nextSearchPause(random));
        }
    }
}
