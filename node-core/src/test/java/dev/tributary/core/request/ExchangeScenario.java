package dev.tributary.core.request;

import static dev.tributary.core.interleaving.Facts.require;

import dev.tributary.core.engine.OperationFixture;
import dev.tributary.core.interleaving.ManualLoop;
import dev.tributary.core.interleaving.Scenario;
import dev.tributary.core.message.Get;
import dev.tributary.core.message.PeerReply;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.test.ScriptedPeer;
import dev.tributary.core.value.HopsToLive;
import dev.tributary.core.value.TimeSource;
import dev.tributary.core.value.TransactionId;
import dev.tributary.core.value.Visited;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/** One request that may be answered, time out, be cancelled and lose its link, all at once. Time moves with each look. */
final class ExchangeScenario implements Scenario {

    private static final Duration SILENCE = Duration.ofSeconds(1);
    private static final CloseReason LOST = new CloseReason(CloseReason.Kind.LOST, "for the test");

    private final ManualLoop timer = new ManualLoop();
    private final AtomicLong now = new AtomicLong();
    private final Exchanges exchanges =
            new Exchanges(1, new TimeSource(Clock.systemUTC(), now::incrementAndGet), timer);
    private final ScriptedPeer link = ScriptedPeer.silent(ScriptedPeer.idAt(0.1, 1));
    private final List<Runnable> threads = new ArrayList<>();
    private final Answers first = new Answers();
    private volatile boolean cancelled;
    private volatile boolean lost;

    /** Done before the threads start. */
    ExchangeScenario first(Consumer<ExchangeScenario> work) {
        work.accept(this);
        return this;
    }

    ExchangeScenario thread(Consumer<ExchangeScenario> work) {
        threads.add(() -> work.accept(this));
        return this;
    }

    void ask() {
        first.asked = ask(1, first);
    }

    void answer() {
        exchanges.complete(link, reply(1));
    }

    void timeOut() {
        timer.settle();
    }

    void cancel() {
        cancelled = true;
        Disposable asked = first.asked;
        if (asked != null) {
            asked.dispose();
        }
    }

    void loseLink() {
        lost = true;
        exchanges.onLinkClosed(link, LOST);
    }

    @Override
    public List<Runnable> threads() {
        return threads;
    }

    @Override
    public void verify() {
        timer.settle();
        int answers = first.values.get() + first.errors.get();
        require(answers == 1 || (cancelled && answers == 0), answers + " answers");
        require(exchanges.pending() == 0, "an exchange is left");
        if (lost) {
            require(exchanges.silence(link).isZero(), "the lost link is remembered as silent");
            require(exchanges.linksWithCredits() == 0, "the credits of the lost link are left");
        }
        Answers second = new Answers();
        second.asked = ask(2, second);
        require(exchanges.complete(link, reply(2)), "the next request has no credit");
        require(second.values.get() == 1 && second.errors.get() == 0, "the next request is not answered");
    }

    private Disposable ask(int tx, Answers answers) {
        return exchanges
                .ask(link, request(tx), SILENCE)
                .subscribe(value -> answers.values.incrementAndGet(), failure -> answers.errors.incrementAndGet());
    }

    private static Get.Request request(int tx) {
        return new Get.Request(
                new TransactionId(0, tx), new HopsToLive(1), Visited.none(), SILENCE, OperationFixture.CONTRACT.id());
    }

    private static PeerReply reply(int tx) {
        return new Get.NotFound(new TransactionId(0, tx), OperationFixture.CONTRACT.id(), 0);
    }

    private static final class Answers {

        private final AtomicInteger values = new AtomicInteger();
        private final AtomicInteger errors = new AtomicInteger();
        private volatile @Nullable Disposable asked;
    }
}
