package dev.tributary.core.hosting;

import static dev.tributary.core.engine.OperationFixture.nodeAt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.engine.OperationFixture;
import dev.tributary.core.error.ContractQuarantinedException;
import dev.tributary.core.error.RefusalCode;
import dev.tributary.core.message.Hosting;
import dev.tributary.core.message.PeerReply;
import dev.tributary.core.message.PeerRequest;
import dev.tributary.core.message.Put;
import dev.tributary.core.request.OperationConfig;
import dev.tributary.core.request.RefusalMapper;
import dev.tributary.core.test.Climbing;
import dev.tributary.core.test.ScriptedPeer;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.GetResult;
import dev.tributary.core.value.HopsToLive;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.PutReceipt.Reach;
import dev.tributary.core.value.State;
import dev.tributary.core.value.TransactionId;
import dev.tributary.core.value.Visited;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.test.StepVerifier;

/** A contract that breaks the merge laws keeps working on this node, which stops sharing it for a while and says so. */
class QuarantineTests {

    private static final Contract CONTRACT = Climbing.named("note");
    private static final State FIRST = State.utf8("first");
    private static final State SECOND = State.utf8("second");
    private static final State THIRD = State.utf8("third");
    private static final State FOURTH = State.utf8("fourth");
    private static final PeerId REQUESTER =
            ScriptedPeer.idAt(CONTRACT.key().location().value(), 9);
    private static final TransactionId TX = new TransactionId(5, 6);

    private final ScriptedPeer neighbour =
            ScriptedPeer.replying(ScriptedPeer.idAt(CONTRACT.key().location().value(), 1), QuarantineTests::stored);
    private final OperationFixture node = nodeAt(0.3);

    @Test
    void contractIsSharedUntilItIsQuarantined() {
        node.with(neighbour);
        assertThat(putAll(FIRST, SECOND)).isEqualTo(Reach.STORED_AT_ROOT);
        assertThat(neighbour.received()).hasSize(2);
        assertThat(node.monitor.usage().violations()).isOne();
    }

    @Test
    void clientPutIsStoredLocallyAndItsReceiptSaysHeldBack() {
        node.with(neighbour);
        assertThat(putAll(FIRST, SECOND, THIRD)).isEqualTo(Reach.QUARANTINED);
        assertThat(putAll(FOURTH)).isEqualTo(Reach.QUARANTINED);

        assertThat(neighbour.received()).hasSize(2);
        StepVerifier.create(node.gets.fetch(CONTRACT.id()))
                .expectNext(new GetResult.Found(CONTRACT, Climbing.state("fourth", 3), 0, false))
                .verifyComplete();
        node.assertNothingPending();
    }

    @Test
    void rootPushesNoReplicas() {
        OperationFixture root = nodeAt(0.3, OperationConfig.defaults().withReplicas(3));
        putAll(root, FIRST, SECOND, THIRD);
        root.with(neighbour);
        assertThat(putAll(root, FOURTH)).isEqualTo(Reach.QUARANTINED);
        assertThat(neighbour.received()).isEmpty();
    }

    @Test
    void hostingTasksDoNotShareAQuarantinedContract() {
        Disposable tasks = node.hostingTasks.run().subscribe(none -> {}, failure -> {});
        putAll(FIRST, SECOND, THIRD);
        node.with(neighbour);

        node.advance(Duration.ofMinutes(9));
        assertThat(neighbour.received()).isEmpty();
        assertThat(node.hostingTasks.pending()).isZero();

        node.advance(Duration.ofMinutes(3));
        assertThat(neighbour.received()).isNotEmpty();
        tasks.dispose();
    }

    @Test
    void neighbourPutIsRefusedWithLawAndRemainingTime() {
        putAll(FIRST, SECOND, THIRD);
        node.with(neighbour);
        node.advance(Duration.ofMinutes(4));

        StepVerifier.create(node.puts.serve(REQUESTER, request(5))).verifyErrorSatisfies(error -> {
            assertThat(error)
                    .isInstanceOfSatisfying(
                            ContractQuarantinedException.class,
                            refusal -> assertThat(refusal.remaining()).isEqualTo(Duration.ofMinutes(6)));
            assertThat(RefusalMapper.toRefusal(TX, error).code()).isEqualTo(RefusalCode.CONTRACT_REJECTED);
            assertThat(RefusalMapper.toRefusal(TX, error).detail()).contains("MERGE_HEALS", "360 s");
        });
        assertThat(neighbour.received()).isEmpty();
        node.assertNothingPending();
    }

    @Test
    void replicaPushedToThisNodeIsStoredSinceItIsNotForwarded() {
        putAll(FIRST, SECOND, THIRD);
        StepVerifier.create(node.puts.serve(REQUESTER, request(0)))
                .expectNextCount(1)
                .verifyComplete();
    }

    @Test
    void contractIsSharedAgainAfterTenMinutes() {
        putAll(FIRST, SECOND, THIRD);
        node.with(neighbour);
        node.advance(Duration.ofMinutes(10).minusNanos(1));
        assertThat(putAll(FOURTH)).isEqualTo(Reach.QUARANTINED);

        node.advance(Duration.ofNanos(1));
        assertThat(putAll(Climbing.state("fourth", 3))).isEqualTo(Reach.STORED_AT_ROOT);
    }

    @Test
    void twentyOtherContractsOfTheSameCodeAreShared() {
        putAll(FIRST, SECOND, THIRD);
        node.with(neighbour);
        assertThat(putAll(FOURTH)).isEqualTo(Reach.QUARANTINED);
        for (int i = 0; i < 20; i++) {
            Contract good = Climbing.named("good " + i);
            double location = good.key().location().value();
            node.with(ScriptedPeer.replying(ScriptedPeer.idAt(location, 100 + i), QuarantineTests::stored));
            StepVerifier.create(node.puts.publish(good, FIRST))
                    .expectNextMatches(receipt -> receipt.reach() == Reach.STORED_AT_ROOT)
                    .verifyComplete();
        }
        assertThat(putAll(FOURTH)).isEqualTo(Reach.QUARANTINED);
    }

    @Test
    void contractsWithOtherCodeAreNotAffected() {
        putAll(FIRST, SECOND, THIRD);
        node.with(ScriptedPeer.replying(OperationFixture.peerAt(0.01, 1), QuarantineTests::stored));
        StepVerifier.create(node.puts.publish(OperationFixture.CONTRACT, OperationFixture.STATE))
                .expectNextMatches(receipt -> receipt.reach() == Reach.STORED_AT_ROOT)
                .verifyComplete();
    }

    private Reach putAll(State... states) {
        return putAll(node, states);
    }

    private static Reach putAll(OperationFixture node, State... states) {
        Reach last = Reach.STORED_LOCALLY;
        for (State state : states) {
            last = node.puts
                    .publish(CONTRACT, state)
                    .blockOptional()
                    .orElseThrow()
                    .reach();
        }
        return last;
    }

    private static Put.Request request(int hopsToLive) {
        return new Put.Request(
                TX, new HopsToLive(hopsToLive), Visited.none(), Duration.ofSeconds(10), CONTRACT, SECOND);
    }

    private static PeerReply stored(PeerRequest request) {
        if (request instanceof Hosting.Offer offer) {
            return new Hosting.Answer(offer.tx(), List.of(Hosting.Verdict.MISSING));
        }
        Put.Request put = (Put.Request) request;
        return new Put.Stored(put.tx(), put.contract().key(), true, 0, 2);
    }
}
