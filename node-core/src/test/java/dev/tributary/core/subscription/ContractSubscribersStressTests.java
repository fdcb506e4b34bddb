package dev.tributary.core.subscription;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.limit.Permits;
import dev.tributary.core.storage.Demand;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Repeatedly changes a contract at the moment when its callback task runs out of work. */
class ContractSubscribersStressTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(50);
    private static final Contract NOTE = LastWriterWins.named("note");
    private static final int CHANGES = 20_000;

    @Test
    void latestStateIsShownWhenChangeRacesWithEndOfTask() {
        Scheduler callbacks = Schedulers.newSingle("callbacks", true);
        try {
            ContractSubscribers topic = new ContractSubscribers(callbacks, new Permits(1 << 20), lost -> {}, () -> {});
            AtomicLong shown = new AtomicLong();
            Flux.<NumberedUpdate>create(sink -> topic.add(new SubscriberSink(sink)), FluxSink.OverflowStrategy.LATEST)
                    .subscribe(state -> shown.set(state.number()), failure -> shown.set(-1));

            for (int version = 1; version <= CHANGES; version++) {
                assertThat(topic.publish(stored(version))).isTrue();
                // A varying pause, so that the task has mostly ended when the next change comes.
                for (int spin = 0; spin < version % 1000; spin++) {
                    Thread.onSpinWait();
                }
            }

            await().atMost(TIMEOUT).until(() -> shown.get() == CHANGES);
        } finally {
            callbacks.dispose();
        }
    }

    private static StoredContract stored(int version) {
        State state = LastWriterWins.state(version, new byte[1]);
        return new StoredContract(NOTE, state, state.digest(), Instant.EPOCH, Demand.unrequested(Instant.EPOCH));
    }
}
