package dev.tributary.core.operation;

import static dev.tributary.core.engine.OperationFixture.CONTRACT;
import static dev.tributary.core.engine.OperationFixture.STATE;
import static dev.tributary.core.engine.OperationFixture.nodeAt;
import static dev.tributary.core.engine.OperationFixture.peerAt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.engine.OperationFixture;
import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.error.DeadlineExceededException;
import dev.tributary.core.error.PeerUnreachableException;
import dev.tributary.core.error.RefusalCode;
import dev.tributary.core.error.RemoteFailureException;
import dev.tributary.core.message.Get;
import dev.tributary.core.message.PeerReply;
import dev.tributary.core.message.PeerRequest;
import dev.tributary.core.message.Put;
import dev.tributary.core.message.Refused;
import dev.tributary.core.request.OperationConfig;
import dev.tributary.core.test.ScriptedPeer;
import dev.tributary.core.value.HopsToLive;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.PutReceipt;
import dev.tributary.core.value.State;
import dev.tributary.core.value.TransactionId;
import dev.tributary.core.value.Visited;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class PutOperationTests {

    private static final PeerId ASKER = peerAt(0.45, 99);
    private static final TransactionId TX = new TransactionId(1, 2);

    @Test
    void stateThatTheNextHopRejectsIsTakenBack() {
        State newer = LastWriterWins.state(2, new byte[] {43});
        OperationFixture node = nodeAt(0.3);
        node.puts.publish(CONTRACT, STATE).block();
        node.with(rejecting(0.01, 1));

        StepVerifier.create(node.puts.publish(CONTRACT, newer)).verifyError(RemoteFailureException.class);

        assertThat(node.heldState()).isEqualTo(STATE);
        node.assertNothingPending();
    }

    @Test
    void contractThatTheNextHopRejectsIsRemovedIfItWasNotHeld() {
        OperationFixture node = nodeAt(0.3).with(rejecting(0.01, 1));

        StepVerifier.create(node.puts.publish(CONTRACT, STATE)).verifyError(RemoteFailureException.class);

        StepVerifier.create(node.contracts.find(CONTRACT.id())).verifyComplete();
        StepVerifier.create(node.store.read(CONTRACT.id())).verifyComplete();
        assertThat(node.contracts.status().bytes()).isZero();
        node.assertNothingPending();
    }

    @Test
    void stateThatAllReplicasOfTheRootRejectIsTakenBack() {
        OperationFixture node = nodeAt(0, OperationConfig.defaults()).with(rejecting(0.01, 1), rejecting(0.02, 2));

        StepVerifier.create(node.puts.publish(CONTRACT, STATE)).verifyError(RemoteFailureException.class);

        StepVerifier.create(node.store.read(CONTRACT.id())).verifyComplete();
        node.assertNothingPending();
    }

    @Test
    void stateThatWasHeldBeforeThePutStaysWhenItIsRejected() {
        OperationFixture node = nodeAt(0.3);
        node.puts.publish(CONTRACT, STATE).block();
        node.with(rejecting(0.01, 1));

        StepVerifier.create(node.puts.publish(CONTRACT, STATE)).verifyError(RemoteFailureException.class);

        assertThat(node.heldState()).isEqualTo(STATE);
    }

    private static ScriptedPeer rejecting(double distance, int tag) {
        return ScriptedPeer.replying(
                peerAt(distance, tag),
                request -> new Refused(request.tx(), RefusalCode.CONTRACT_REJECTED, "another content", null));
    }

    @Test
    void nearerNeighbourStoresStateAndReceiptCountsHops() {
        ScriptedPeer near = ScriptedPeer.replying(peerAt(0.01, 1), request -> stored(request, 2, 3));
        OperationFixture node = nodeAt(0.3).with(near, ScriptedPeer.silent(peerAt(0.4, 2)));

        StepVerifier.create(node.puts.publish(CONTRACT, STATE))
                .assertNext(receipt -> {
                    assertThat(receipt.reach()).isEqualTo(PutReceipt.Reach.STORED_AT_ROOT);
                    assertThat(receipt.hops()).isEqualTo(3);
                    assertThat(receipt.copies()).isEqualTo(4);
                })
                .verifyComplete();

        StepVerifier.create(node.store.read(CONTRACT.id()).map(held -> held.state()))
                .expectNext(STATE)
                .verifyComplete();
        node.assertNothingPending();
    }

    @Test
    void mergedStateIsForwarded() {
        State newer = LastWriterWins.state(9, new byte[] {9});
        ScriptedPeer near = ScriptedPeer.replying(peerAt(0.01, 1), request -> stored(request, 0, 1));
        OperationFixture node = nodeAt(0.3).with(near);
        node.puts.publish(CONTRACT, newer).block();

        node.puts.publish(CONTRACT, STATE).block();

        assertThat(near.received())
                .allSatisfy(
                        message -> assertThat(((Put.Request) message).state()).isEqualTo(newer));
    }

    @Test
    void nearestNodeIsRootAndSendsReplicasToNearestNeighbours() {
        ScriptedPeer first = ScriptedPeer.replying(peerAt(0.1, 1), request -> stored(request, 0, 1));
        ScriptedPeer second = ScriptedPeer.replying(peerAt(0.2, 2), request -> stored(request, 0, 1));
        ScriptedPeer third = ScriptedPeer.replying(peerAt(0.3, 3), request -> stored(request, 0, 1));
        OperationFixture node =
                nodeAt(0.01, OperationConfig.defaults().withReplicas(3)).with(third, second, first);

        StepVerifier.create(node.puts.publish(CONTRACT, STATE))
                .assertNext(receipt -> {
                    assertThat(receipt.hops()).isZero();
                    assertThat(receipt.copies()).isEqualTo(3);
                })
                .verifyComplete();

        assertThat(first.received())
                .singleElement()
                .satisfies(message ->
                        assertThat(((Put.Request) message).hopsToLive().spent()).isTrue());
        assertThat(second.received()).hasSize(1);
        assertThat(third.received()).isEmpty();
        node.assertNothingPending();
    }

    @Test
    void nodeWithoutNeighboursStoresLocally() {
        OperationFixture node = nodeAt(0.3);

        StepVerifier.create(node.puts.publish(CONTRACT, STATE))
                .assertNext(receipt -> assertThat(receipt.reach()).isEqualTo(PutReceipt.Reach.STORED_LOCALLY))
                .verifyComplete();
        node.assertNothingPending();
    }

    @Test
    void deadLinkIsReplacedByNextNearest() {
        ScriptedPeer next = ScriptedPeer.replying(peerAt(0.02, 2), request -> stored(request, 0, 1));
        OperationFixture node = nodeAt(0.3).with(ScriptedPeer.dead(peerAt(0.01, 1)), next);

        StepVerifier.create(node.puts.publish(CONTRACT, STATE))
                .assertNext(receipt -> assertThat(receipt.hops()).isEqualTo(1))
                .verifyComplete();
        node.assertNothingPending();
    }

    @Test
    void unresponsiveNeighbourIsSkippedAfterFiveSeconds() {
        ScriptedPeer dead = ScriptedPeer.silent(peerAt(0.01, 1));
        ScriptedPeer next = ScriptedPeer.replying(peerAt(0.02, 2), request -> stored(request, 0, 1));
        OperationFixture node = nodeAt(0.3).with(dead, next);

        StepVerifier.create(node.puts.publish(CONTRACT, STATE))
                .then(() -> node.advance(Duration.ofMillis(4_900)))
                .then(() -> assertThat(next.received()).isEmpty())
                .then(() -> node.advance(Duration.ofMillis(100)))
                .assertNext(receipt -> assertThat(receipt.hops()).isEqualTo(1))
                .verifyComplete();

        Put.Request second = (Put.Request) next.received().get(0);
        assertThat(second.visited().contains(dead.peer())).isTrue();
        assertThat(second.tx()).isNotEqualTo(((Put.Request) dead.received().get(0)).tx());
        assertThat(dead.received()).as("the request and the probe").hasSize(2);
        node.assertNothingPending();
    }

    @Test
    void forwardingNodeSkipsUnresponsiveNeighbour() {
        ScriptedPeer dead = ScriptedPeer.silent(peerAt(0.01, 1));
        ScriptedPeer next = ScriptedPeer.replying(peerAt(0.02, 2), request -> stored(request, 0, 1));
        OperationFixture node = nodeAt(0.3).with(dead, next);

        StepVerifier.create(node.puts.serve(ASKER, request(10, Duration.ofSeconds(10))))
                .then(() -> node.advance(Duration.ofSeconds(5)))
                .expectNextMatches(stored -> stored.root() && stored.hops() == 1)
                .verifyComplete();
        node.assertNothingPending();
    }

    @Test
    void responsiveNeighbourGetsHalfOfTheTimeAndNextNearestTheRest() {
        ScriptedPeer slow = slow(0.01, 1);
        ScriptedPeer next = ScriptedPeer.replying(peerAt(0.02, 2), request -> stored(request, 0, 1));
        OperationFixture node = nodeAt(0.3).with(slow, next);

        StepVerifier.create(node.puts.publish(CONTRACT, STATE))
                .then(() -> node.advance(Duration.ofSeconds(29)))
                .then(() -> assertThat(next.received()).isEmpty())
                .then(() -> node.advance(Duration.ofSeconds(1)))
                .expectNextCount(1)
                .verifyComplete();
        node.assertNothingPending();
    }

    @Test
    void nodeActsAsRootIfNearerNeighbourIsUnresponsive() {
        ScriptedPeer dead = ScriptedPeer.silent(peerAt(0.01, 1));
        ScriptedPeer farther = ScriptedPeer.replying(peerAt(0.35, 2), request -> stored(request, 0, 1));
        OperationFixture node =
                nodeAt(0.3, OperationConfig.defaults().withReplicas(3)).with(dead, farther);

        StepVerifier.create(node.puts.publish(CONTRACT, STATE))
                .then(() -> node.advance(Duration.ofSeconds(10)))
                .assertNext(receipt -> {
                    assertThat(receipt.reach()).isEqualTo(PutReceipt.Reach.STORED_AT_ROOT);
                    assertThat(receipt.copies()).isEqualTo(2);
                })
                .verifyComplete();
        node.assertNothingPending();
    }

    @Test
    void nodeStoresLocallyIfAllNeighboursAreUnresponsive() {
        OperationFixture node = nodeAt(0.3).with(ScriptedPeer.silent(peerAt(0.01, 1)));

        StepVerifier.create(node.puts.publish(CONTRACT, STATE))
                .then(() -> node.advance(Duration.ofSeconds(10)))
                .assertNext(receipt -> assertThat(receipt.reach()).isEqualTo(PutReceipt.Reach.STORED_LOCALLY))
                .verifyComplete();
        node.assertNothingPending();
    }

    @Test
    void stateOfAClientIsStoredHereWhenTheTimeForTheOthersHasPassed() {
        OperationFixture node = nodeAt(0.3).with(slow(0.01, 1));

        StepVerifier.create(node.puts.publish(CONTRACT, STATE))
                .then(() -> node.advance(Duration.ofSeconds(60)))
                .assertNext(receipt -> assertThat(receipt.reach()).isEqualTo(PutReceipt.Reach.STORED_LOCALLY))
                .verifyComplete();
        node.assertNothingPending();
    }

    @Test
    void deadlineNamesTransactionTimeAndLastHop() {
        ScriptedPeer silent = slow(0.01, 1);
        OperationFixture node = nodeAt(0.3).with(silent);
        Put.Request put =
                new Put.Request(TX, new HopsToLive(5), Visited.none(), Duration.ofSeconds(60), CONTRACT, STATE);

        StepVerifier.create(node.puts.serve(peerAt(0.4, 9), put))
                .then(() -> node.advance(Duration.ofSeconds(60)))
                .verifyErrorSatisfies(error -> {
                    assertThat(error)
                            .isInstanceOf(DeadlineExceededException.class)
                            .hasMessageContaining("60000 ms")
                            .hasMessageContaining(silent.peer().toString());
                    assertThat(((DeadlineExceededException) error).tx())
                            .isEqualTo(((Put.Request) silent.received().get(0)).tx());
                });
        node.assertNothingPending();
    }

    @Test
    void contractRejectedByOneNeighbourIsOfferedToAnother() {
        ScriptedPeer strict = refusing(0.01, 1, RefusalCode.CONTRACT_REJECTED, "not with me");
        ScriptedPeer other = ScriptedPeer.replying(peerAt(0.02, 2), request -> stored(request, 0, 1));
        OperationFixture node = nodeAt(0.3).with(strict, other);

        StepVerifier.create(node.puts.publish(CONTRACT, STATE))
                .expectNextCount(1)
                .verifyComplete();
        assertThat(other.received()).hasSize(1);
        node.assertNothingPending();
    }

    @Test
    void reasonIsReportedIfAllNeighboursRejectContract() {
        ScriptedPeer strict = refusing(0.01, 1, RefusalCode.CONTRACT_REJECTED, "not with me");
        OperationFixture node = nodeAt(0.3).with(strict);

        StepVerifier.create(node.puts.publish(CONTRACT, STATE))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(RemoteFailureException.class)
                        .hasMessageContaining("CONTRACT_REJECTED")
                        .hasMessageContaining("not with me"));
        node.assertNothingPending();
    }

    @Test
    void forwardingNodeIsNotRootWhileAnotherNeighbourIsNearer() {
        ScriptedPeer lost = ScriptedPeer.silent(peerAt(0.01, 1));
        ScriptedPeer nearer = ScriptedPeer.silent(peerAt(0.02, 2));
        OperationFixture node = nodeAt(0.3).with(lost, nearer);

        StepVerifier.create(node.puts.serve(ASKER, request(5, Duration.ofSeconds(10))))
                .then(() -> node.disconnect(lost))
                .verifyError(PeerUnreachableException.class);
        node.assertNothingPending();
    }

    @Test
    void receiptClaimsNoRootIfHopsRunOutBeforeIt() {
        ScriptedPeer far = ScriptedPeer.replying(
                peerAt(0.2, 1), request -> new Put.Stored(request.tx(), CONTRACT.key(), false, 0, 1));
        OperationFixture node = nodeAt(0.3).with(far);

        StepVerifier.create(node.puts.publish(CONTRACT, STATE))
                .expectNextMatches(receipt -> receipt.reach() == PutReceipt.Reach.STORED_ON_ROUTE)
                .verifyComplete();
    }

    @Test
    void budgetOfPeerIsCutToThatOfClient() {
        ScriptedPeer silent = slow(0.01, 1);
        OperationFixture node = nodeAt(0.3).with(silent);

        StepVerifier.create(node.puts.serve(ASKER, request(32, Duration.ofDays(20))))
                .then(() -> node.advance(Duration.ofSeconds(60)))
                .verifyError(DeadlineExceededException.class);
        Put.Request passedOn = (Put.Request) silent.received().get(0);
        assertThat(passedOn.hopsToLive().left())
                .isEqualTo(OperationConfig.defaults().hopsToLive() - 1);
        node.assertNothingPending();
    }

    @Test
    void requestIsNotSentBackToSenderMissingFromVisited() {
        ScriptedPeer hiddenSender = ScriptedPeer.silent(peerAt(0.01, 1));
        OperationFixture node = nodeAt(0.3).with(hiddenSender);
        Put.Request put =
                new Put.Request(TX, new HopsToLive(5), Visited.none(), Duration.ofSeconds(10), CONTRACT, STATE);

        StepVerifier.create(node.puts.serve(hiddenSender.peer(), put))
                .expectNextCount(1)
                .verifyComplete();
        assertThat(hiddenSender.received()).isEmpty();
    }

    @Test
    void stateThatOnlyThisNodeStoredInTimeIsAnsweredAsStoredHere() {
        ScriptedPeer late = ScriptedPeer.replying(
                peerAt(0.01, 1), request -> new Refused(request.tx(), RefusalCode.DEADLINE_EXCEEDED, "late", null));
        OperationFixture node = nodeAt(0.3).with(late);

        StepVerifier.create(node.puts.publish(CONTRACT, STATE))
                .assertNext(receipt -> {
                    assertThat(receipt.reach()).isEqualTo(PutReceipt.Reach.STORED_LOCALLY);
                    assertThat(receipt.copies()).isEqualTo(1);
                })
                .verifyComplete();
        node.assertNothingPending();
    }

    @Test
    void deadlineOfPeerIsReportedAsDeadlineOfThisOperation() {
        ScriptedPeer late = ScriptedPeer.replying(
                peerAt(0.01, 1),
                request -> new Refused(request.tx(), RefusalCode.DEADLINE_EXCEEDED, "late", peerAt(0.001, 7)));
        OperationFixture node = nodeAt(0.3).with(late);
        Put.Request put =
                new Put.Request(TX, new HopsToLive(5), Visited.none(), Duration.ofSeconds(60), CONTRACT, STATE);

        StepVerifier.create(node.puts.serve(peerAt(0.4, 9), put)).verifyErrorSatisfies(error -> {
            DeadlineExceededException exceeded = (DeadlineExceededException) error;
            assertThat(exceeded.lastHop()).isEqualTo(peerAt(0.001, 7));
            assertThat(exceeded.deadline()).isEqualTo(Duration.ofSeconds(60));
            assertThat(exceeded.tx()).isEqualTo(((Put.Request) late.received().get(0)).tx());
        });
        node.assertNothingPending();
    }

    @Test
    void busyNeighbourIsRetriedUpToAttemptLimit() {
        ScriptedPeer busy = refusing(0.01, 1, RefusalCode.BUSY, "later");
        OperationFixture node = nodeAt(0.3).with(busy);

        StepVerifier.create(node.puts.publish(CONTRACT, STATE))
                .then(() -> node.advance(Duration.ofSeconds(5)))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(RemoteFailureException.class)
                        .hasMessageContaining("BUSY"));
        assertThat(busy.received()).hasSize(OperationConfig.defaults().attempts());
        node.assertNothingPending();
    }

    @Test
    void forwardingNodeAsksOneNeighbourOnly() {
        ScriptedPeer busy = refusing(0.01, 1, RefusalCode.BUSY, "later");
        ScriptedPeer other = ScriptedPeer.silent(peerAt(0.02, 2));
        OperationFixture node = nodeAt(0.3).with(busy, other);

        StepVerifier.create(node.puts.serve(ASKER, request(10, Duration.ofSeconds(10))))
                .verifyError(RemoteFailureException.class);
        assertThat(busy.received()).hasSize(1);
        assertThat(other.received()).isEmpty();
        node.assertNothingPending();
    }

    @Test
    void forwardedBudgetKeepsHopMargin() {
        ScriptedPeer silent = slow(0.01, 1);
        OperationFixture node = nodeAt(0.3).with(silent);

        StepVerifier.create(node.puts.serve(ASKER, request(10, Duration.ofSeconds(10))))
                .then(() -> node.advance(Duration.ofSeconds(10)))
                .verifyError(DeadlineExceededException.class);

        Duration passedOn = ((Put.Request) silent.received().get(0)).budget();
        assertThat(passedOn).isEqualTo(Duration.ofMillis(9_500));
    }

    @Test
    void requestWithoutHopsLeftIsStoredAndNotForwarded() {
        ScriptedPeer near = ScriptedPeer.silent(peerAt(0.01, 1));
        OperationFixture node = nodeAt(0.3).with(near);

        StepVerifier.create(node.puts.serve(ASKER, request(0, Duration.ofSeconds(10))))
                .expectNext(new Put.Stored(TX, CONTRACT.key(), false, 0, 1, STATE.digest()))
                .verifyComplete();
        assertThat(near.received()).isEmpty();
    }

    @Test
    void requestIsNotSentBackToSender() {
        ScriptedPeer asker = ScriptedPeer.silent(peerAt(0.01, 1));
        OperationFixture node = nodeAt(0.3).with(asker);
        Put.Request put = new Put.Request(
                TX, new HopsToLive(5), Visited.none().plus(asker.peer()), Duration.ofSeconds(10), CONTRACT, STATE);

        StepVerifier.create(node.puts.serve(asker.peer(), put))
                .expectNextCount(1)
                .verifyComplete();
        assertThat(asker.received()).isEmpty();
    }

    @Test
    void cancellationForgetsExchange() {
        ScriptedPeer silent = ScriptedPeer.silent(peerAt(0.01, 1));
        OperationFixture node = nodeAt(0.3).with(silent);

        StepVerifier.create(node.puts.publish(CONTRACT, STATE))
                .then(() -> assertThat(node.exchanges.pending()).isEqualTo(1))
                .thenCancel()
                .verify();
        node.assertNothingPending();
    }

    @Test
    void lostNeighbourIsReplacedByNextNearest() {
        ScriptedPeer lost = ScriptedPeer.silent(peerAt(0.01, 1));
        ScriptedPeer next = ScriptedPeer.replying(peerAt(0.02, 2), request -> stored(request, 0, 1));
        OperationFixture node = nodeAt(0.3).with(lost, next);

        StepVerifier.create(node.puts.publish(CONTRACT, STATE))
                .then(() -> node.disconnect(lost))
                .expectNextMatches(receipt -> receipt.hops() == 1)
                .verifyComplete();
        node.assertNothingPending();
    }

    @Test
    void nodeStoresLocallyIfOnlyNeighbourIsLost() {
        ScriptedPeer lost = ScriptedPeer.silent(peerAt(0.01, 1));
        OperationFixture node = nodeAt(0.3).with(lost);

        StepVerifier.create(node.puts.publish(CONTRACT, STATE))
                .then(() -> node.disconnect(lost))
                .expectNextMatches(receipt -> receipt.reach() == PutReceipt.Reach.STORED_LOCALLY)
                .verifyComplete();
        node.assertNothingPending();
    }

    @Test
    void nodeStoresLocallyIfAllLinksAreDead() {
        OperationFixture node = nodeAt(0.3, OperationConfig.defaults())
                .with(ScriptedPeer.dead(peerAt(0.01, 1)), ScriptedPeer.dead(peerAt(0.02, 2)));

        StepVerifier.create(node.puts.publish(CONTRACT, STATE))
                .expectNextMatches(receipt -> receipt.reach() == PutReceipt.Reach.STORED_LOCALLY)
                .verifyComplete();
        node.assertNothingPending();
    }

    @Test
    void replyAboutAnotherContractIsNotAccepted() {
        ScriptedPeer confused = ScriptedPeer.replying(
                peerAt(0.01, 1),
                request -> new Put.Stored(
                        request.tx(), LastWriterWins.named("other").key(), true, 0, 1));
        ScriptedPeer next = ScriptedPeer.replying(peerAt(0.02, 2), request -> stored(request, 0, 1));
        OperationFixture node = nodeAt(0.3).with(confused, next);

        StepVerifier.create(node.puts.publish(CONTRACT, STATE))
                .then(() -> node.advance(Duration.ofSeconds(1)))
                .expectNextCount(1)
                .verifyComplete();
        assertThat(next.received()).hasSize(1);
        node.assertNothingPending();
    }

    @Test
    void invalidStateIsNotForwarded() {
        ScriptedPeer near = ScriptedPeer.silent(peerAt(0.01, 1));
        OperationFixture node = nodeAt(0.3).with(near);

        StepVerifier.create(node.puts.publish(CONTRACT, State.of(new byte[2])))
                .verifyError(ContractRejectedException.class);
        assertThat(near.received()).isEmpty();
        StepVerifier.create(node.store.read(CONTRACT.id())).verifyComplete();
        node.assertNothingPending();
    }

    @Test
    void unconfirmedReplicaDoesNotFailPut() {
        ScriptedPeer silent = ScriptedPeer.silent(peerAt(0.1, 1));
        ScriptedPeer good = ScriptedPeer.replying(peerAt(0.2, 2), request -> stored(request, 0, 1));
        OperationFixture node =
                nodeAt(0.01, OperationConfig.defaults().withReplicas(3)).with(silent, good);

        StepVerifier.create(node.puts.publish(CONTRACT, STATE))
                .then(() -> node.advance(OperationConfig.defaults().replicaTimeout()))
                .expectNextMatches(receipt -> receipt.copies() == 2)
                .verifyComplete();
        node.assertNothingPending();
    }

    private static Put.Request request(int hopsToLive, Duration budget) {
        Visited asker = Visited.none().plus(ASKER);
        return new Put.Request(TX, new HopsToLive(hopsToLive), asker, budget, CONTRACT, STATE);
    }

    private static PeerReply stored(PeerRequest request, int hops, int copies) {
        return new Put.Stored(request.tx(), CONTRACT.key(), true, hops, copies);
    }

    /** A peer that answers liveness probes but no PUT. */
    private static ScriptedPeer slow(double distance, int tag) {
        return ScriptedPeer.scripted(
                peerAt(distance, tag),
                (count, request) -> request instanceof Get.Request get
                        ? Mono.just(new Get.NotFound(get.tx(), get.id(), 0))
                        : Mono.empty());
    }

    private static ScriptedPeer refusing(double distance, int tag, RefusalCode code, String detail) {
        return ScriptedPeer.scripted(
                peerAt(distance, tag), (number, request) -> Mono.just(new Refused(request.tx(), code, detail, null)));
    }
}
