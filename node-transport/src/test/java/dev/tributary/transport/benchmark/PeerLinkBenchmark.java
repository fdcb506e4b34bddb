package dev.tributary.transport.benchmark;

import dev.tributary.core.message.Get;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.peer.SampleMessages;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.transport.identity.NodeIdentity;
import dev.tributary.transport.peer.PeerTransportConfig;
import dev.tributary.transport.peer.TcpPeerTransport;
import dev.tributary.transport.wire.FrameWriter;
import dev.tributary.transport.wire.WireCodec;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Measures one link between two transports of this process, compared to a bare TLS echo in alternating rounds under the
 * same conditions: ping-pong latency, pipelined throughput, and large states interleaved with small messages.
 *
 * <p>Run with {@code mvn -q -pl node-transport -am test-compile exec:exec@peer-link-benchmark}. Arguments of the main
 * class: number of rounds (5) and milliseconds per measurement (1000).
 */
public final class PeerLinkBenchmark {

    static final int IN_FLIGHT = 256;

    private static final int STATE_BYTES = 50 * 1024 * 1024;
    private static final Duration PAUSE = Duration.ofMillis(2);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final SampleMessages samples = new SampleMessages(1);
    private final Get.Request ping = samples.get();
    private final Get.NotFound pong = new Get.NotFound(ping.tx(), ping.id(), 0);
    private final long millis;

    private PeerLinkBenchmark(long millis) {
        this.millis = millis;
    }

    public static void main(String[] arguments) {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
        long millis = arguments.length > 1 ? Long.parseLong(arguments[1]) : 1000;
        new PeerLinkBenchmark(millis).run(rounds);
    }

    private void run(int rounds) {
        Scheduler timer = Schedulers.newParallel("timer", 1, true);
        Scheduler decoder = Schedulers.newParallel("decoder", 1, true);
        NodeIdentity identity = NodeIdentity.generate(new SecureRandom());
        PeerTransportConfig config = PeerTransportConfig.defaults().withThreads(1);
        TcpPeerTransport listener = TcpPeerTransport.create(identity, config, timer, decoder);
        TcpPeerTransport dialer =
                TcpPeerTransport.create(NodeIdentity.generate(new SecureRandom()), config, timer, decoder);
        PeerAddress address = Objects.requireNonNull(listener.open().block(TIMEOUT));
        listener.accepted().subscribe(this::echo);
        PeerLink link = Objects.requireNonNull(dialer.dial(address, null).block(TIMEOUT));
        LinkClient linkClient = new LinkClient(link);
        try (EchoBaseline bare = EchoBaseline.open(WireCodec.sizeOf(ping) + FrameWriter.HEADER_SIZE)) {
            System.out.println("round | what                         |    p50 us |    p99 us |      per s");
            for (int round = 1; round <= rounds; round++) {
                pingPong(round, "bare TLS echo, 1 in flight", bare::send, bare::onReply);
                pingPong(round, "link, 1 in flight", linkClient::send, linkClient::onReply);
                pipelined(round, "bare TLS echo, 256 in flight", bare::send, bare::onReply);
                pipelined(round, "link, 256 in flight", linkClient::send, linkClient::onReply);
                states(round, link, linkClient, bare);
            }
        }
        dialer.close().block(TIMEOUT);
        listener.close().block(TIMEOUT);
        timer.dispose();
        decoder.dispose();
    }

    private void echo(PeerLink link) {
        link.messages().subscribe(message -> {
            if (message instanceof Get.Request) {
                link.send(pong).subscribe(nothing -> {}, PeerLinkBenchmark::failed);
            } else {
                link.send(new Get.NotFound(message.tx(), ping.id(), 1))
                        .subscribe(nothing -> {}, PeerLinkBenchmark::failed);
            }
        });
    }

    static void failed(Throwable failure) {
        failure.printStackTrace();
    }

    private void pingPong(int round, String label, Runnable send, Receiver receiver) {
        Histogram times = new Histogram(TimeUnit.SECONDS.toNanos(30), 3);
        Semaphore done = new Semaphore(0);
        AtomicLong sentAt = new AtomicLong();
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        receiver.onReply(() -> {
            long now = System.nanoTime();
            times.recordValue(now - sentAt.get());
            if (now < end) {
                sentAt.set(System.nanoTime());
                send.run();
            } else {
                done.release();
            }
        });
        sentAt.set(System.nanoTime());
        send.run();
        done.acquireUninterruptibly();
        print(round, label, times, times.getTotalCount() * 1000.0 / millis);
    }

    private void pipelined(int round, String label, Runnable send, Receiver receiver) {
        AtomicLong replies = new AtomicLong();
        CountDownLatch done = new CountDownLatch(IN_FLIGHT);
        long start = System.nanoTime();
        long end = start + TimeUnit.MILLISECONDS.toNanos(millis);
        receiver.onReply(() -> {
            replies.incrementAndGet();
            if (System.nanoTime() < end) {
                send.run();
            } else {
                done.countDown();
            }
        });
        for (int i = 0; i < IN_FLIGHT; i++) {
            send.run();
        }
        await(done);
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(
                Locale.ROOT, "%5d | %-28s |           |           | %,10.0f%n", round, label, replies.get() / seconds);
    }

    /**
     * Keeps two large states in flight on the link and exchanges one small message every few milliseconds. The same
     * small messages on the bare echo at the same time show the effect of the load on the machine.
     */
    private void states(int round, PeerLink link, LinkClient client, EchoBaseline bare) {
        Get.Found state = samples.found(STATE_BYTES);
        AtomicLong states = new AtomicLong();
        CountDownLatch idle = new CountDownLatch(4);
        long start = System.nanoTime();
        long end = start + TimeUnit.MILLISECONDS.toNanos(3 * millis);
        client.onLargeReply(() -> {
            states.incrementAndGet();
            if (System.nanoTime() < end) {
                link.send(state).subscribe(nothing -> {}, PeerLinkBenchmark::failed);
            } else {
                idle.countDown();
            }
        });
        link.send(state).then(link.send(state)).subscribe(nothing -> {}, PeerLinkBenchmark::failed);
        Histogram onLink = paced(end, client::send, client::onReply, idle);
        Histogram onBare = paced(end, bare::send, bare::onReply, idle);
        await(idle);
        double seconds = (System.nanoTime() - start) / 1e9;
        print(round, "bare echo beside states", onBare, onBare.getTotalCount() / seconds);
        print(round, "link, small among states", onLink, onLink.getTotalCount() / seconds);
        System.out.printf(
                Locale.ROOT,
                "%5d | %-28s | %,10.0f MB/s%n",
                round,
                "50 MiB states",
                states.get() * (STATE_BYTES / 1e6) / seconds);
    }

    /** Sends one message at a time, with a pause after each reply. */
    private static Histogram paced(long end, Runnable send, Receiver receiver, CountDownLatch done) {
        Histogram times = new Histogram(TimeUnit.SECONDS.toNanos(30), 3);
        AtomicLong sentAt = new AtomicLong(System.nanoTime());
        receiver.onReply(() -> {
            long now = System.nanoTime();
            times.recordValue(now - sentAt.get());
            if (now < end) {
                Mono.delay(PAUSE)
                        .subscribe(
                                tick -> {
                                    sentAt.set(System.nanoTime());
                                    send.run();
                                },
                                PeerLinkBenchmark::failed);
            } else {
                done.countDown();
            }
        });
        send.run();
        return times;
    }

    private static void print(int round, String label, Histogram times, double perSecond) {
        System.out.printf(
                Locale.ROOT,
                "%5d | %-28s | %9.1f | %9.1f | %,10.0f%n",
                round,
                label,
                times.getValueAtPercentile(50) / 1000.0,
                times.getValueAtPercentile(99) / 1000.0,
                perSecond);
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("not finished after 60 s, pending replies: " + latch.getCount());
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Source of replies that calls an action for each of them. */
    interface Receiver {
        void onReply(Runnable action);
    }

    /** The dialling side of the link. */
    private final class LinkClient {

        private final PeerLink link;
        private volatile Runnable onReply = () -> {};
        private volatile Runnable onLargeReply = () -> {};

        LinkClient(PeerLink link) {
            this.link = link;
            link.messages().subscribe(message -> {
                if (message instanceof Get.NotFound reply && reply.hops() == 1) {
                    onLargeReply.run();
                } else {
                    onReply.run();
                }
            });
        }

        void send() {
            link.send(ping).subscribe(nothing -> {}, PeerLinkBenchmark::failed);
        }

        void onReply(Runnable action) {
            onReply = action;
        }

        void onLargeReply(Runnable action) {
            onLargeReply = action;
        }
    }
}
