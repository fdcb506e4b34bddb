package dev.tributary.core.loop;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;

/** One send into a channel, and how it was answered. */
final class ScenarioSend implements CoreSubscriber<Void> {

    private final String name;
    private @Nullable Subscription subscription;
    private volatile boolean withdrawn;
    private int accepted;
    private int refused;

    private ScenarioSend(String name) {
        this.name = name;
    }

    static ScenarioSend start(NotificationChannel<LocalEvent> channel, String name) {
        ScenarioSend send = new ScenarioSend(name);
        channel.send(LoopEvents.note(name), Duration.ofSeconds(30)).subscribe(send);
        return send;
    }

    static ScenarioSend offer(NotificationChannel<LocalEvent> channel, String name) {
        ScenarioSend send = new ScenarioSend(name);
        if (channel.offer(LoopEvents.note(name))) {
            send.accepted++;
        } else {
            send.refused++;
        }
        return send;
    }

    void withdraw() {
        Subscription current = subscription;
        withdrawn = true;
        if (current != null) {
            current.cancel();
        }
    }

    @Override
    public void onSubscribe(Subscription given) {
        subscription = given;
        given.request(1);
    }

    @Override
    public void onNext(Void none) {}

    @Override
    public void onError(Throwable failure) {
        refused++;
    }

    @Override
    public void onComplete() {
        accepted++;
    }

    String name() {
        return name;
    }

    boolean isAccepted() {
        return accepted > 0;
    }

    boolean isRefused() {
        return refused > 0;
    }

    /** Whether it was answered once, or at most once if it was withdrawn. */
    boolean isAnsweredOnce() {
        int answers = accepted + refused;
        return answers == 1 || (withdrawn && answers == 0);
    }
}
