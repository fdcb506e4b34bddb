package dev.tributary.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.simulation.InMemoryNetwork;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractUpdate;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Long-lived, brief, fast and slow subscribers on real threads while the state changes at the maximum rate. */
class SubscribersStressTests {

    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final Contract NOTE = LastWriterWins.named("note");
    private static final int CHANGES = 1000;

    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final Node node = Node.builder()
            .transport(InMemoryNetwork.create().transport())
            .start()
            .blockOptional(TIMEOUT)
            .orElseThrow();

    @AfterEach
    void stop() {
        node.stop().block(TIMEOUT);
    }

    @Test
    void everySubscriberAccountsForEachStateAndEndsWithTheLatest() {
        node.put(NOTE, state(0)).block(TIMEOUT);
        List<VersionCheck> checks = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            VersionCheck check = new VersionCheck(i % 2 == 0);
            checks.add(check);
            node.subscribe(NOTE.id()).subscribe(check);
        }
        Flux<?> changes = Flux.range(1, CHANGES)
                .concatMap(version -> node.update(NOTE.id(), new StateChange.Full(state(version))), 1);
        Flux<?> briefSubscribers = Flux.range(0, 200)
                .flatMap(
                        i -> {
                            VersionCheck check = new VersionCheck(false);
                            return node.subscribe(NOTE.id())
                                    .doOnNext(check::verify)
                                    .take(1 + i % 3)
                                    // After the last change no further update comes.
                                    .takeUntil(update -> version(update.state()) == CHANGES);
                        },
                        4);

        StepVerifier.create(Flux.merge(List.of(changes, briefSubscribers)).then())
                .expectComplete()
                .verify(TIMEOUT);

        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(checks)
                        .allSatisfy(check -> assertThat(check.last).isEqualTo(CHANGES)));
        assertThat(failures).isEmpty();
        assertThat(node.status().contracts().subscriptions().subscribers()).isEqualTo(checks.size());
        checks.forEach(BaseSubscriber::dispose);
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(Stream.of(
                                node.status().contracts().subscriptions().subscribers(),
                                node.status().contracts().subscriptions().contracts()))
                        .containsOnly(0));
        await().atMost(TIMEOUT).until(() -> node.status().tables().isIdle());
    }

    private static State state(long version) {
        return LastWriterWins.state(version, new byte[1]);
    }

    private static long version(State state) {
        return state.bytes().toBuffer().getLong();
    }

    /** Checks that every version equals the previous one plus one plus the number of skipped ones. */
    private final class VersionCheck extends BaseSubscriber<ContractUpdate> {

        private final boolean isSlow;
        private volatile long last = -1;

        VersionCheck(boolean isSlow) {
            this.isSlow = isSlow;
        }

        void verify(ContractUpdate update) {
            long version = version(update.state());
            boolean isConsistent = last == -1 ? update.skipped() == 0 : version == last + 1 + update.skipped();
            if (!isConsistent) {
                failures.add("version " + version + " after " + last + " with " + update.skipped() + " skipped");
            }
            last = version;
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            subscription.request(isSlow ? 1 : Long.MAX_VALUE);
        }

        @Override
        protected void hookOnNext(ContractUpdate update) {
            verify(update);
            if (isSlow) {
                Schedulers.parallel()
                        .schedule(() -> request(1), ThreadLocalRandom.current().nextInt(3000), TimeUnit.MICROSECONDS);
            }
        }
    }
}
