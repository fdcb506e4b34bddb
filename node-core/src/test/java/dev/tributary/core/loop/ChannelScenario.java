package dev.tributary.core.loop;

import static dev.tributary.core.interleaving.Facts.require;

import dev.tributary.core.interleaving.ManualLoop;
import dev.tributary.core.interleaving.Scenario;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Senders, receivers and the loop's thread at one channel. At the end no accepted event is lost, doubled or out of its
 * sender's order, every send is answered once, and nothing that could go on stands still. The name of an event begins
 * with the letter of its sender.
 */
final class ChannelScenario implements Scenario {

    private final ManualLoop loop = new ManualLoop();
    private final ManualLoop timer = new ManualLoop();
    private final int capacity;
    private final NotificationChannel<LocalEvent> channel;
    private final List<Runnable> threads = new ArrayList<>();
    private final List<ScenarioSend> sends = Collections.synchronizedList(new ArrayList<>());
    private final List<String> delivered = Collections.synchronizedList(new ArrayList<>());
    private final List<ScenarioReceiver> receivers = Collections.synchronizedList(new ArrayList<>());
    private volatile boolean closed;

    private ChannelScenario(int capacity) {
        this.capacity = capacity;
        this.channel = new NotificationChannel<>("scenario", capacity, 10, Duration.ofSeconds(30), loop, timer);
    }

    static ChannelScenario ofCapacity(int capacity) {
        return new ChannelScenario(capacity);
    }

    /** Done before the threads start. */
    ChannelScenario first(Consumer<ChannelScenario> work) {
        work.accept(this);
        return this;
    }

    ChannelScenario thread(Consumer<ChannelScenario> work) {
        threads.add(() -> work.accept(this));
        return this;
    }

    ScenarioSend send(String name) {
        ScenarioSend send = ScenarioSend.start(channel, name);
        sends.add(send);
        return send;
    }

    void offer(String name) {
        sends.add(ScenarioSend.offer(channel, name));
    }

    ScenarioReceiver attach(long demand) {
        ScenarioReceiver receiver = new ScenarioReceiver(demand, delivered);
        receivers.add(receiver);
        channel.flux().subscribe(receiver);
        return receiver;
    }

    /** The receiver that attached first. */
    ScenarioReceiver receiver() {
        return receivers.get(0);
    }

    void close() {
        closed = true;
        channel.close();
    }

    /** The loop's thread: at most this many of its tasks. */
    void turns(int count) {
        loop.turns(count);
    }

    /** All waiting sends time out. */
    void timeOut() {
        timer.settle();
    }

    @Override
    public List<Runnable> threads() {
        return threads;
    }

    @Override
    public void verify() {
        loop.settle();
        requireProgress();
        if (receivers.stream().noneMatch(ScenarioReceiver::isAttached) && !isEnded()) {
            attach(Long.MAX_VALUE);
        } else {
            receivers.stream().filter(ScenarioReceiver::isAttached).forEach(each -> each.request(Long.MAX_VALUE));
        }
        loop.settle();
        require(channel.waitingSenders() == 0, "a sender waits at the end");
        require(channel.queuedEvents() == 0, "an event is left at the end");
        require(isEnded() == closed, "the receiver is told of the end if the channel is closed");
        receivers.forEach(each -> require(each.broken() == null && each.ends() <= 1, "receiver: " + each.broken()));
        requireDelivery();
    }

    /** Nothing that could go on stands still, although the loop has no task. */
    private void requireProgress() {
        boolean isWanted = receivers.stream().anyMatch(ScenarioReceiver::hasDemand);
        require(channel.queuedEvents() == 0 || !isWanted, "an event is wanted and not delivered");
        require(
                channel.waitingSenders() == 0 || channel.queuedEvents() == capacity,
                "a sender waits beside a free slot");
        require(channel.waitingSenders() == 0 || !closed, "a sender waits at a closed channel");
    }

    private void requireDelivery() {
        require(new HashSet<>(delivered).size() == delivered.size(), "an event came twice");
        for (ScenarioSend send : sends) {
            require(send.isAnsweredOnce(), send.name() + " is not answered once");
            require(!send.isAccepted() || delivered.contains(send.name()), send.name() + " is lost");
            require(!send.isRefused() || !delivered.contains(send.name()), send.name() + " was refused");
        }
        Map<Character, String> last = new HashMap<>();
        for (String name : delivered) {
            String before = last.put(name.charAt(0), name);
            require(before == null || before.compareTo(name) < 0, name + " came after " + before);
        }
    }

    private boolean isEnded() {
        return receivers.stream().anyMatch(each -> each.ends() > 0);
    }
}
