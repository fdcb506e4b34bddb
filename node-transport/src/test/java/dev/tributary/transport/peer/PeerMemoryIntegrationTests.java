package dev.tributary.transport.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.error.RefusalCode;
import dev.tributary.core.limit.MemoryBudget;
import dev.tributary.core.limit.MemoryPlan;
import dev.tributary.core.limit.MemoryUse;
import dev.tributary.core.message.Get;
import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.message.Refused;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.peer.SampleMessages;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.transport.identity.NodeIdentity;
import dev.tributary.transport.wire.Frame;
import dev.tributary.transport.wire.FrameWriter;
import dev.tributary.transport.wire.VersionRange;
import dev.tributary.transport.wire.WireCodec;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

/** What a peer makes the node hold is bounded, and given back; a peer that exceeds it waits, is refused or closed. */
@Timeout(120)
class PeerMemoryIntegrationTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final MemoryPlan PLAN = new MemoryPlan(64 << 20);

    private final SampleMessages samples = new SampleMessages(9);
    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final PeerTransportConfig config = PeerTransportConfig.local()
            .withLinks(PeerTransportConfig.LinkLimits.defaults().withMemory(PLAN));
    private final TcpPeerTransport transport =
            TcpPeerTransport.create(NodeIdentity.generate(new SecureRandom()), config, time, Schedulers.parallel());
    private final Queue<PeerLink> accepted = new ConcurrentLinkedQueue<>();
    private final PeerAddress address = listen();

    private PeerAddress listen() {
        transport.accepted().subscribe(accepted::add);
        return Objects.requireNonNull(transport.open().block(TIMEOUT));
    }

    @AfterEach
    void allMemoryIsGivenBack() {
        transport.close().subscribe();
        await().atMost(TIMEOUT).untilAsserted(() -> {
            time.advanceTimeBy(Duration.ofSeconds(1));
            assertThat(transport.status().links()).isZero();
            assertThat(transport.memory()).extracting(MemoryBudget::used).containsOnly(0L);
        });
    }

    @Test
    void fifthLinkOfOnePeerIsRefusedAndAnotherPeersIsNot() throws IOException, GeneralSecurityException {
        NodeIdentity identity = NodeIdentity.generate(new SecureRandom());
        List<RawPeer> links = new ArrayList<>();
        for (int i = 0; i < Links.MAX_PER_PEER; i++) {
            links.add(linked(identity));
        }

        RawPeer fifth = RawPeer.connect(address).secure(identity, "TLSv1.3");
        fifth.send(out -> FrameWriter.hello(RawPeer.hello(VersionRange.OURS), out));

        assertThat(fifth.readClose().kind()).isEqualTo(CloseReason.Kind.LIMIT_REACHED);
        links.add(fifth);
        links.add(RawPeer.linked(address));
        for (RawPeer each : links) {
            each.close();
        }
    }

    @Test
    void peerThatLetsALargeMessageLingerIsClosedAsSlow() throws IOException, GeneralSecurityException {
        try (RawPeer peer = RawPeer.linked(address)) {
            PeerLink link = await().atMost(TIMEOUT).until(accepted::peek, Objects::nonNull);
            link.messages().subscribe();
            peer.send(out -> {
                FrameWriter.announceLarge(1, 1_000_000, out);
                FrameWriter.chunk(1, 10_000, out);
                out.writeZero(10_000);
            });
            await().atMost(TIMEOUT).until(() -> used("incoming") == 1_000_000);

            time.advanceTimeBy(Duration.ofSeconds(5));
            await().pollDelay(Duration.ofMillis(100)).until(() -> true);
            time.advanceTimeBy(Duration.ofSeconds(5));
            await().pollDelay(Duration.ofMillis(100)).until(() -> true);
            time.advanceTimeBy(Duration.ofSeconds(10));

            CloseReason reason = peer.readClose();
            assertThat(reason.kind()).isEqualTo(CloseReason.Kind.SLOW_PEER);
            assertThat(reason.detail()).contains("large message");
        }
    }

    @Test
    void replyBeyondTheShareOfAPeerBecomesARefusalAndTheLinkStays() throws IOException, GeneralSecurityException {
        Get.Found tooLarge = samples.found(6 << 20);
        try (RawPeer peer = RawPeer.linked(address)) {
            PeerLink link = await().atMost(TIMEOUT).until(accepted::peek, Objects::nonNull);
            Queue<PeerMessage> messages = new ConcurrentLinkedQueue<>();
            link.messages().subscribe(messages::add);

            peer.send(out -> large(tooLarge, out));
            Get.Request small = samples.get();
            peer.send(out -> FrameWriter.message(small, WireCodec.sizeOf(small), out));

            await().atMost(TIMEOUT).until(() -> messages.size() == 2);
            assertThat(messages.remove()).isInstanceOfSatisfying(Refused.class, refused -> {
                assertThat(refused.tx()).isEqualTo(tooLarge.tx());
                assertThat(refused.code()).isEqualTo(RefusalCode.TOO_LARGE);
            });
            assertThat(messages).containsExactly(small);
        }
    }

    @Test
    void messageCountsForThePeerUntilTheNodeHasTakenIt() throws IOException, GeneralSecurityException {
        Get.Found found = samples.found(2 << 20);
        try (RawPeer peer = RawPeer.linked(address)) {
            PeerLink link = await().atMost(TIMEOUT).until(accepted::peek, Objects::nonNull);
            Queue<PeerMessage> messages = new ConcurrentLinkedQueue<>();
            link.countUntilTaken();
            link.messages().subscribe(messages::add);

            peer.send(out -> large(found, out));
            await().atMost(TIMEOUT).until(() -> messages.size() == 1);

            assertThat(used("incoming")).isEqualTo(WireCodec.sizeOf(found));
            link.taken(messages.element());
            assertThat(used("incoming")).isZero();
        }
    }

    @Test
    void answersOfAPeerThatReadsNothingAreBoundedAndLeaveRoomForOthers() throws IOException, GeneralSecurityException {
        NodeIdentity identity = NodeIdentity.generate(new SecureRandom());
        try (RawPeer first = linked(identity);
                RawPeer second = linked(identity);
                RawPeer other = RawPeer.linked(address)) {
            await().atMost(TIMEOUT).until(() -> accepted.size() == 3);
            PeerMessage answer = samples.found(1 << 20);
            for (PeerLink link : accepted) {
                if (link.peer().equals(identity.peerId())) {
                    StepVerifier.create(link.send(answer).repeat(100))
                            .expectError(NodeBusyException.class)
                            .verify(TIMEOUT);
                }
            }

            assertThat(used("answers"))
                    .isLessThanOrEqualTo(PLAN.budget(MemoryUse.ANSWERS).perOwner());
            PeerLink honest = accepted.stream()
                    .filter(link -> !link.peer().equals(identity.peerId()))
                    .findFirst()
                    .orElseThrow();
            StepVerifier.create(honest.send(answer)).verifyComplete();
            first.disconnect();
            second.disconnect();
            other.disconnect();
        }
    }

    private long used(String name) {
        return transport.memory().stream()
                .filter(budget -> budget.name().equals(name))
                .mapToLong(MemoryBudget::used)
                .sum();
    }

    private RawPeer linked(NodeIdentity identity) throws IOException, GeneralSecurityException {
        RawPeer peer = RawPeer.connect(address).secure(identity, "TLSv1.3");
        peer.send(out -> FrameWriter.hello(RawPeer.hello(VersionRange.OURS), out));
        peer.readUntil(Frame.Greeting.class);
        return peer;
    }

    private static void large(PeerMessage message, ByteBuf out) {
        ByteBuf rest = WireCodec.wrap(message);
        FrameWriter.announceLarge(1, rest.readableBytes(), out);
        while (rest.isReadable()) {
            int length = Math.min(50_000, rest.readableBytes());
            FrameWriter.chunk(1, length, out);
            out.writeBytes(rest, length);
        }
        rest.release();
    }
}
