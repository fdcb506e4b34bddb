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

/** Subscribers that come, go, hurry and dawdle on real threads while the state changes as fast as it can. */
class SubscribersStressTests {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Contract NOTE = LastWriterWins.named("note");
    private static final int CHANGES = 1000;

    private final Queue<String> faults = new ConcurrentLinkedQueue<>();
    private final Node node = Node.create()
            .transport(InMemoryNetwork.create().transport())
            .start()
            .blockOptional(PATIENCE)
            .orElseThrow();

    @AfterEach
    void stop() {
        node.stop().block(PATIENCE);
    }

    @Test
    void everySubscriberCanAccountForEachStateAndEndsWithTheLatest() {
        node.put(NOTE, state(0)).block(PATIENCE);
        List<Account> accounts = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Account account = new Account(i % 2 == 0);
            accounts.add(account);
            node.subscribe(NOTE.id()).subscribe(account);
        }
        Flux<?> changes = Flux.range(1, CHANGES)
                .concatMap(version -> node.update(NOTE.id(), new StateChange.Full(state(version))), 1);
        Flux<?> passersBy = Flux.range(0, 200)
                .flatMap(
                        i -> {
                            Account account = new Account(false);
                            return node.subscribe(NOTE.id())
                                    .doOnNext(account::note)
                                    .take(1 + i % 3)
                                    // At the end there may be no more changes to wait for.
                                    .takeUntil(update -> version(update.state()) == CHANGES);
                        },
                        4);

        StepVerifier.create(Flux.merge(List.of(changes, passersBy)).then())
                .expectComplete()
                .verify(PATIENCE);

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(accounts)
                        .allSatisfy(account -> assertThat(account.last).isEqualTo(CHANGES)));
        assertThat(faults).isEmpty();
        assertThat(node.status().living().subscribers()).isEqualTo(accounts.size());
        accounts.forEach(BaseSubscriber::dispose);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(Stream.of(
                                node.status().living().subscribers(),
                                node.status().living().contracts()))
                        .containsOnly(0));
        await().atMost(PATIENCE).until(() -> node.status().tables().quiet());
    }

    private static State state(long version) {
        return LastWriterWins.state(version, new byte[1]);
    }

    private static long version(State state) {
        return state.bytes().toBuffer().getLong();
    }

    /** Every version is one more than the one before it and what was skipped between them. */
    private final class Account extends BaseSubscriber<ContractUpdate> {

        private final boolean dawdles;
        private volatile long last = -1;

        Account(boolean dawdles) {
            this.dawdles = dawdles;
        }

        void note(ContractUpdate update) {
            long version = version(update.state());
            boolean right = last == -1 ? update.skipped() == 0 : version == last + 1 + update.skipped();
            if (!right) {
                faults.add("version " + version + " after " + last + " with " + update.skipped() + " skipped");
            }
            last = version;
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            subscription.request(dawdles ? 1 : Long.MAX_VALUE);
        }

        @Override
        protected void hookOnNext(ContractUpdate update) {
            note(update);
            if (dawdles) {
                Schedulers.parallel()
                        .schedule(() -> request(1), ThreadLocalRandom.current().nextInt(3000), TimeUnit.MICROSECONDS);
            }
        }
    }
}
