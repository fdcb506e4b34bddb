package dev.tributary.core.loop;

import static dev.tributary.core.loop.LoopEvents.note;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.core.error.ChannelFullException;
import dev.tributary.core.loop.thread.LoopScheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Many senders, few slots, cancelled sends, sends with short timeouts and a receiver with random demand, concurrently
 * on real threads. A failure names the seed of its round. Runs for {@code -Dtributary.stress.seconds=n} seconds, 2 by
 * default.
 */
class NotificationChannelStressTests {

    private static final int SENDERS = 5;
    private static final int PER_SENDER = 400;

    private final Scheduler loop = LoopScheduler.start("stress-loop");
    private final Scheduler timer = Schedulers.newSingle("stress-timer", true);

    @AfterEach
    void dispose() {
        loop.dispose();
        timer.dispose();
    }

    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void noEventIsLostDuplicatedReorderedOrLeftBehind() throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Integer.getInteger("tributary.stress.seconds", 2));
        long seed = 1;
        do {
            new Round(seed++).run();
        } while (System.nanoTime() < end);
    }

    /** One channel from its first event to its close. */
    private final class Round {

        private final long seed;
        private final NotificationChannel<LocalEvent> channel;
        private final List<String> delivered = new ArrayList<>();
        private final Set<String> accepted = ConcurrentHashMap.newKeySet();
        private final Set<String> undecided = ConcurrentHashMap.newKeySet();
        private final Set<String> rejected = ConcurrentHashMap.newKeySet();
        private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        private final CountDownLatch terminated = new CountDownLatch(1);

        Round(long seed) {
            this.seed = seed;
            int capacity = 1 + new SplittableRandom(seed).nextInt(8);
            channel = new NotificationChannel<>("stress", capacity, 1000, Duration.ofSeconds(20), loop, timer);
        }

        void run() throws InterruptedException {
            channel.flux().subscribe(new RandomReceiver());
            List<Thread> senders = new ArrayList<>();
            for (int sender = 0; sender < SENDERS; sender++) {
                int name = sender;
                Thread thread = new Thread(() -> send(name, new SplittableRandom(seed * 31 + name)));
                thread.setDaemon(true);
                thread.start();
                senders.add(thread);
            }
            for (Thread sender : senders) {
                sender.join();
            }
            await().atMost(Duration.ofSeconds(20)).until(() -> channel.waitingSenders() == 0);
            channel.close();
            assertThat(terminated.await(20, TimeUnit.SECONDS))
                    .as("seed %d ends", seed)
                    .isTrue();
            verifyRound();
        }

        private void send(int sender, SplittableRandom random) {
            for (int i = 0; i < PER_SENDER; i++) {
                String name = sender + ":" + i;
                switch (random.nextInt(10)) {
                    case 0 -> offer(name);
                    case 1 -> sendAndCancel(name, random);
                    case 2 -> send(name, Duration.ofNanos(random.nextInt(100_000)));
                    default -> send(name, Duration.ofSeconds(20));
                }
            }
        }

        private void offer(String name) {
            (channel.offer(note(name)) ? accepted : rejected).add(name);
        }

        private void send(String name, Duration timeout) {
            channel.send(note(name), timeout)
                    .subscribe(none -> {}, error -> onRejected(name, error), () -> accepted.add(name));
        }

        /** The cancel may come before or after the event is accepted; the sender cannot tell. */
        private void sendAndCancel(String name, SplittableRandom random) {
            undecided.add(name);
            Disposable send = channel.send(note(name)).subscribe(none -> {}, error -> onRejected(name, error));
            if (random.nextBoolean()) {
                Thread.onSpinWait();
            }
            send.dispose();
        }

        private void onRejected(String name, Throwable error) {
            rejected.add(name);
            if (!(error instanceof ChannelFullException)) {
                failures.add(error);
            }
        }

        private void verifyRound() {
            assertThat(failures).as("seed %d", seed).isEmpty();
            assertThat(new HashSet<>(delivered)).as("seed %d, duplicated", seed).hasSize(delivered.size());
            Set<String> arrived = new HashSet<>(delivered);
            assertThat(arrived).as("seed %d, lost", seed).containsAll(accepted);
            arrived.removeAll(accepted);
            arrived.removeAll(undecided);
            assertThat(arrived).as("seed %d, rejected but delivered", seed).isEmpty();
            assertThat(accepted.size() + undecided.size() + rejected.size())
                    .as("seed %d, signalled", seed)
                    .isGreaterThanOrEqualTo(SENDERS * PER_SENDER);
            int[] lastNumber = new int[SENDERS];
            for (String name : delivered) {
                int colon = name.indexOf(':');
                int sender = Integer.parseInt(name.substring(0, colon));
                int number = 1 + Integer.parseInt(name.substring(colon + 1));
                assertThat(number).as("seed %d, order of %s", seed, name).isGreaterThan(lastNumber[sender]);
                lastNumber[sender] = number;
            }
            assertThat(channel.queuedEvents()).as("seed %d", seed).isZero();
            assertThat(channel.waitingSenders()).as("seed %d", seed).isZero();
        }

        /** Requests a random number of events, on the loop thread or on another. */
        private final class RandomReceiver extends BaseSubscriber<LocalEvent> {

            private final SplittableRandom demandRandom = new SplittableRandom(seed * 17);
            private final AtomicReference<@Nullable Thread> thread = new AtomicReference<>();
            private long remaining;

            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                remaining = 1;
                request(1);
            }

            @Override
            protected void hookOnNext(LocalEvent event) {
                Thread first = thread.compareAndExchange(null, Thread.currentThread());
                if (first != null && !first.equals(Thread.currentThread())) {
                    failures.add(new AssertionError("delivered on " + Thread.currentThread()));
                }
                delivered.add(((LocalEvent.BackgroundWork) event).description());
                if (--remaining == 0) {
                    remaining = demandRandom.nextLong(1, 51);
                    long more = remaining;
                    if (demandRandom.nextInt(4) == 0) {
                        timer.schedule(() -> request(more));
                    } else {
                        request(more);
                    }
                }
            }

            @Override
            protected void hookOnError(Throwable failure) {
                failures.add(failure);
                terminated.countDown();
            }

            @Override
            protected void hookOnComplete() {
                terminated.countDown();
            }
        }
    }
}
