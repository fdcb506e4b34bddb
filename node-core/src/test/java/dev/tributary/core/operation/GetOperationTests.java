package dev.tributary.core.operation;

import static dev.tributary.core.engine.OperationFixture.CONTRACT;
import static dev.tributary.core.engine.OperationFixture.STATE;
import static dev.tributary.core.engine.OperationFixture.nodeAt;
import static dev.tributary.core.engine.OperationFixture.peerAt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.CallClass;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.engine.OperationFixture;
import dev.tributary.core.error.DeadlineExceededException;
import dev.tributary.core.error.RefusalCode;
import dev.tributary.core.error.RemoteFailureException;
import dev.tributary.core.hosting.HostingConfig;
import dev.tributary.core.hosting.StateOrigin;
import dev.tributary.core.message.Get;
import dev.tributary.core.message.Hosting;
import dev.tributary.core.message.PeerReply;
import dev.tributary.core.message.PeerRequest;
import dev.tributary.core.message.Refused;
import dev.tributary.core.message.Update;
import dev.tributary.core.request.OperationConfig;
import dev.tributary.core.request.RefusalMapper;
import dev.tributary.core.test.NumberedPages;
import dev.tributary.core.test.ScriptedPeer;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.GetResult;
import dev.tributary.core.value.HopsToLive;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.TransactionId;
import dev.tributary.core.value.Visited;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class GetOperationTests {

    private static final PeerId ASKER = peerAt(0.45, 99);
    private static final TransactionId TX = new TransactionId(3, 4);
    private static final State NEWER = LastWriterWins.state(2, new byte[] {43});

    @Test
    void confirmedReplicaIsTheAnswer() {
        ScriptedPeer near = finding(0.01, 1, STATE);
        OperationFixture node = nodeAt(0.3).with(near);
        node.gets.fetch(CONTRACT.id()).block();

        StepVerifier.create(node.gets.fetch(CONTRACT.id()))
                .expectNext(new GetResult.Found(CONTRACT, STATE, 0))
                .verifyComplete();
        assertThat(near.received()).as("requests of the first GET").hasSize(1);
    }

    @Test
    void equalReplicaOfTheUpstreamConfirmsTheOwnWithoutItsState() {
        ScriptedPeer near = comparing(Hosting.Verdict.EQUAL, Set.of());
        OperationFixture node = restartedWithReplica(near);

        StepVerifier.create(node.gets.fetch(CONTRACT.id()))
                .expectNext(new GetResult.Found(CONTRACT, STATE, 0, true))
                .verifyComplete();
        StepVerifier.create(node.gets.fetch(CONTRACT.id())).expectNextCount(1).verifyComplete();
        assertThat(near.received()).singleElement().isInstanceOf(Hosting.Offer.class);
        node.assertNothingPending();
    }

    @Test
    void upstreamThatIsNotConfirmedItselfIsAskedToSearch() {
        ScriptedPeer near = comparing(Hosting.Verdict.EQUAL, Set.of(0));
        OperationFixture node = restartedWithReplica(near);

        StepVerifier.create(node.gets.fetch(CONTRACT.id()))
                .expectNext(new GetResult.Found(CONTRACT, NEWER, 1, true))
                .verifyComplete();
        assertThat(near.received()).hasSize(2);
        node.assertNothingPending();
    }

    @Test
    void otherStateOfTheUpstreamIsMergedBeforeTheAnswerHoweverLongThatTakes() {
        Sinks.One<PeerReply> difference = Sinks.one();
        ScriptedPeer near = ScriptedPeer.scripted(
                peerAt(0.01, 1),
                (number, request) -> request instanceof Hosting.Offer offer
                        ? Mono.just(new Hosting.Answer(offer.tx(), List.of(Hosting.Verdict.DIFFERS)))
                        : difference.asMono().map(reply -> inAnswerTo(request)));
        OperationFixture node = restartedWithReplica(near);

        StepVerifier.create(node.gets.fetch(CONTRACT.id()))
                .then(() -> node.advance(Duration.ofSeconds(40)))
                .then(() -> difference.tryEmitValue(found(request(0), STATE)))
                .expectNext(new GetResult.Found(CONTRACT, NEWER, 0, true))
                .verifyComplete();
        node.assertNothingPending();
    }

    @Test
    void otherStateThatIsNotMergedByTheDeadlineIsNotAnsweredWithTheOldOne() {
        ScriptedPeer near = ScriptedPeer.scripted(
                peerAt(0.01, 1),
                (number, request) -> request instanceof Hosting.Offer offer
                        ? Mono.just(new Hosting.Answer(offer.tx(), List.of(Hosting.Verdict.DIFFERS)))
                        : Mono.empty());
        OperationFixture node = restartedWithReplica(near);

        StepVerifier.create(node.gets.fetch(CONTRACT.id()))
                .then(() -> node.advance(Duration.ofSeconds(60)))
                .verifyError(DeadlineExceededException.class);
        node.assertNothingPending();
    }

    @Test
    void cancellationEndsTheConfirmation() {
        OperationFixture node = restartedWithReplica(ScriptedPeer.silent(peerAt(0.01, 1)));

        StepVerifier.create(node.gets.fetch(CONTRACT.id())).thenCancel().verify();
        node.assertNothingPending();
    }

    @Test
    void unconfirmedAnswersAreCounted() {
        OperationFixture node = restartedWithReplica(notFinding(0.01, 1));

        node.gets.fetch(CONTRACT.id()).block();

        assertThat(node.contracts.status().copies().unconfirmed()).isOne();
    }

    @Test
    void foundStateIsStoredBeforeItIsEmitted() {
        OperationFixture node = nodeAt(0.3).with(finding(0.01, 1, STATE));

        StepVerifier.create(node.gets.fetch(CONTRACT.id()))
                .expectNext(new GetResult.Found(CONTRACT, STATE, 1))
                .verifyComplete();
        StepVerifier.create(node.store.read(CONTRACT.id()).map(held -> held.state()))
                .expectNext(STATE)
                .verifyComplete();
        node.assertNothingPending();
    }

    @Test
    void forwardingNodeRepliesFirstAndStoresLater() {
        OperationFixture node = nodeAt(0.3).with(finding(0.01, 1, STATE));

        StepVerifier.create(node.gets.serve(ASKER, request(5)))
                .expectNext(new Get.Found(TX, CONTRACT, STATE, 1))
                .verifyComplete();
        StepVerifier.create(node.store.read(CONTRACT.id())).verifyComplete();

        assertThat(node.backgroundWork).hasSize(1);
        StepVerifier.create(node.backgroundWork.get(0)).expectNextCount(1).verifyComplete();
        StepVerifier.create(node.store.read(CONTRACT.id())).expectNextCount(1).verifyComplete();
    }

    @Test
    void notFoundIsReportedAfterAllCandidatesReportedIt() {
        ScriptedPeer first = notFinding(0.01, 1);
        ScriptedPeer second = notFinding(0.4, 2);
        OperationFixture node = nodeAt(0.3).with(first, second);

        StepVerifier.create(node.gets.fetch(CONTRACT.id()))
                .assertNext(result -> assertThat(result).isInstanceOf(GetResult.NotFound.class))
                .verifyComplete();
        assertThat(first.received()).hasSize(1);
        assertThat(second.received()).hasSize(1);
        node.assertNothingPending();
    }

    @Test
    void nextNeighbourIsAskedAfterNotFound() {
        OperationFixture node = nodeAt(0.3).with(notFinding(0.01, 1), finding(0.4, 2, STATE));

        StepVerifier.create(node.gets.fetch(CONTRACT.id()))
                .assertNext(result -> assertThat(result.state()).contains(STATE))
                .verifyComplete();
        node.assertNothingPending();
    }

    @Test
    void nodeWithoutNeighboursReportsNotFoundAtOnce() {
        StepVerifier.create(nodeAt(0.3).gets.fetch(CONTRACT.id()))
                .expectNext(new GetResult.NotFound(CONTRACT.id(), 0))
                .verifyComplete();
    }

    @Test
    void silentNeighbourLeadsToDeadlineAndNotToNotFound() {
        ScriptedPeer silent = ScriptedPeer.silent(peerAt(0.01, 1));
        OperationFixture node = nodeAt(0.3).with(silent, notFinding(0.02, 2));

        StepVerifier.create(node.gets.fetch(CONTRACT.id()))
                .then(() -> node.advance(Duration.ofSeconds(60)))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(DeadlineExceededException.class)
                        .hasMessageContaining(silent.peer().toString()));
        node.assertNothingPending();
    }

    @Test
    void searchRetriesAfterBusyRefusal() {
        ScriptedPeer busy = ScriptedPeer.scripted(
                peerAt(0.01, 1),
                (number, request) -> Mono.just(
                        number == 0
                                ? new Refused(request.tx(), RefusalCode.BUSY, "later", null)
                                : found(request, STATE)));
        OperationFixture node = nodeAt(0.3).with(busy);

        StepVerifier.create(node.gets.fetch(CONTRACT.id()))
                .then(() -> node.advance(Duration.ofSeconds(1)))
                .expectNextCount(1)
                .verifyComplete();
        node.assertNothingPending();
    }

    @Test
    void forwardingNodeForwardsRefusal() {
        ScriptedPeer busy = ScriptedPeer.replying(
                peerAt(0.01, 1), request -> new Refused(request.tx(), RefusalCode.BUSY, "later", null));
        OperationFixture node = nodeAt(0.3).with(busy);

        StepVerifier.create(node.gets.serve(ASKER, request(5))).verifyErrorSatisfies(error -> {
            assertThat(error).isInstanceOf(RemoteFailureException.class);
            assertThat(RefusalMapper.toRefusal(TX, error).code()).isEqualTo(RefusalCode.BUSY);
        });
        node.assertNothingPending();
    }

    @Test
    void invalidStateIsNotShownToClient() {
        OperationFixture node = nodeAt(0.3).with(finding(0.01, 1, State.of(new byte[1])));

        StepVerifier.create(node.gets.fetch(CONTRACT.id()))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(RemoteFailureException.class)
                        .hasMessageContaining("8 bytes"));
        StepVerifier.create(node.store.read(CONTRACT.id())).verifyComplete();
        node.assertNothingPending();
    }

    @Test
    void searchContinuesAfterInvalidState() {
        OperationFixture node = nodeAt(0.3).with(finding(0.01, 1, State.of(new byte[1])), finding(0.02, 2, STATE));

        StepVerifier.create(node.gets.fetch(CONTRACT.id()))
                .assertNext(result -> assertThat(result.state()).contains(STATE))
                .verifyComplete();
        node.assertNothingPending();
    }

    @Test
    void replyAboutAnotherContractIsNotAccepted() {
        ScriptedPeer confused = ScriptedPeer.replying(
                peerAt(0.01, 1), request -> new Get.Found(request.tx(), LastWriterWins.named("other"), STATE, 0));
        OperationFixture node = nodeAt(0.3).with(confused, finding(0.02, 2, STATE));

        StepVerifier.create(node.gets.fetch(CONTRACT.id())).expectNextCount(1).verifyComplete();
        node.assertNothingPending();
    }

    @Test
    void peerThatThisNodeDoesNotReachMayBeAskedByTheNextOne() {
        ScriptedPeer stuck = ScriptedPeer.silent(peerAt(0.01, 1));
        ScriptedPeer notFinding = notFinding(0.02, 2);
        ScriptedPeer next = finding(0.03, 3, STATE);
        OperationFixture node = nodeAt(0.3).with(stuck, notFinding, next);

        StepVerifier.create(node.gets.fetch(CONTRACT.id()))
                .then(() -> node.advance(Duration.ofSeconds(5)))
                .expectNextCount(1)
                .verifyComplete();

        Get.Request last = (Get.Request) next.received().get(0);
        assertThat(last.visited().contains(stuck.peer())).isFalse();
        assertThat(last.visited().contains(notFinding.peer())).isTrue();
        node.assertNothingPending();
    }

    @Test
    void olderStateOfAPeerIsNoFaultAndTheHeldOneIsTheAnswer() {
        Contract page = IntStream.range(0, 1000)
                .mapToObj(i -> NumberedPages.named("page " + i))
                .filter(contract -> distance(contract, 0.01, 1) < distance(contract, 0.02, 2)
                        && distance(contract, 0.02, 2) < distance(contract, 0.3, 0))
                .findFirst()
                .orElseThrow();
        State held = NumberedPages.page(2, "two");
        ScriptedPeer older = ScriptedPeer.replying(
                peerAt(0.01, 1),
                request -> request instanceof Hosting.Offer offer
                        ? new Hosting.Answer(offer.tx(), List.of(Hosting.Verdict.EQUAL), Set.of(0))
                        : new Get.Found(request.tx(), page, NumberedPages.page(1, "one"), 0));
        ScriptedPeer other = ScriptedPeer.silent(peerAt(0.02, 2));
        OperationFixture before = nodeAt(0.3);
        before.puts.publish(page, held).block();
        OperationFixture node = OperationFixture.restarted(before, HostingConfig.defaults());
        node.contracts.restore().block();
        node.with(older, other);

        StepVerifier.create(node.gets.fetch(page.id()))
                .then(() -> node.advance(Duration.ofMillis(2400)))
                .expectNext(new GetResult.Found(page, held, 1, false))
                .verifyComplete();
        assertThat(older.received()).hasAtLeastOneElementOfType(Get.Request.class);
        assertThat(other.received()).noneMatch(Get.Request.class::isInstance);
    }

    @Test
    void demandOfRequestsSurvivesARestart() {
        StateOrigin fetched = new StateOrigin(CallClass.NETWORK_RELAY, StateOrigin.Reason.FETCH, peerAt(0.01, 1));
        OperationFixture before = nodeAt(0.3);
        before.contracts.store(fetched, CONTRACT, STATE).block();
        before.advance(Duration.ofHours(5));
        for (int i = 0; i < 100; i++) {
            before.gets.serve(ASKER, request(0)).block();
        }
        assertThat(before.backgroundWork).as("writes").hasSizeBetween(1, 10);
        before.backgroundWork.forEach(Mono::block);

        OperationFixture node =
                OperationFixture.restarted(before, HostingConfig.defaults().withContracts(2));
        node.contracts.restore().block();
        for (int i = 0; i < 2; i++) {
            node.contracts
                    .store(fetched, LastWriterWins.named("fetched " + i), STATE)
                    .block();
        }

        assertThat(node.contracts.table().holds(CONTRACT.id())).isTrue();
    }

    @Test
    void lostNeighbourIsReplacedDuringSearch() {
        ScriptedPeer lost = ScriptedPeer.silent(peerAt(0.01, 1));
        OperationFixture node = nodeAt(0.3).with(lost, finding(0.02, 2, STATE));

        StepVerifier.create(node.gets.fetch(CONTRACT.id()))
                .then(() -> node.disconnect(lost))
                .expectNextCount(1)
                .verifyComplete();
        node.assertNothingPending();
    }

    @Test
    void cancellationForgetsExchange() {
        OperationFixture node = nodeAt(0.3).with(ScriptedPeer.silent(peerAt(0.01, 1)));

        StepVerifier.create(node.gets.fetch(CONTRACT.id())).thenCancel().verify();
        node.assertNothingPending();
    }

    @Test
    void searchWithoutHopsLeftEnds() {
        ScriptedPeer near = ScriptedPeer.silent(peerAt(0.01, 1));

        StepVerifier.create(nodeAt(0.3).with(near).gets.serve(ASKER, request(0)))
                .expectNext(new Get.NotFound(TX, CONTRACT.id(), 0))
                .verifyComplete();
        assertThat(near.received()).isEmpty();
    }

    @Test
    void replicaFromBeforeRestartIsUsedOnlyIfNoFresherOneIsFound() {
        ScriptedPeer near = finding(0.01, 1, NEWER);
        OperationFixture node = restartedWithReplica(near);

        StepVerifier.create(node.gets.fetch(CONTRACT.id()))
                .expectNext(new GetResult.Found(CONTRACT, NEWER, 1))
                .verifyComplete();
        StepVerifier.create(node.gets.fetch(CONTRACT.id()))
                .expectNext(new GetResult.Found(CONTRACT, NEWER, 0))
                .verifyComplete();
        assertThat(near.received())
                .as("an offer and a GET; the fetched replica is fresh")
                .hasSize(2);
        node.assertNothingPending();
    }

    @Test
    void staleReplicaIsUsedInsteadOfNotFound() {
        OperationFixture node = restartedWithReplica(notFinding(0.01, 1));

        StepVerifier.create(node.gets.fetch(CONTRACT.id()))
                .expectNext(new GetResult.Found(CONTRACT, STATE, 0, false))
                .verifyComplete();
        node.assertNothingPending();
    }

    @Test
    void silentNeighbourDelaysStaleReplicaByFiveSecondsAtMost() {
        OperationFixture node = restartedWithReplica(ScriptedPeer.silent(peerAt(0.01, 1)));

        StepVerifier.create(node.gets.fetch(CONTRACT.id()))
                .then(() -> node.advance(Duration.ofSeconds(5)))
                .expectNext(new GetResult.Found(CONTRACT, STATE, 0, false))
                .verifyComplete();
        node.assertNothingPending();
    }

    @Test
    void forwardingNodeWithStaleReplicaSearchesToo() {
        OperationFixture node = restartedWithReplica(finding(0.01, 1, NEWER));

        StepVerifier.create(node.gets.serve(ASKER, request(5)))
                .expectNext(new Get.Found(TX, CONTRACT, NEWER, 1))
                .verifyComplete();
        StepVerifier.create(node.gets.serve(ASKER, request(0)))
                .expectNext(new Get.Found(TX, CONTRACT, STATE, 0, false))
                .verifyComplete();
        node.assertNothingPending();
    }

    @Test
    void staleReplicaOfPeerIsReportedAsStale() {
        ScriptedPeer stale = ScriptedPeer.replying(
                peerAt(0.01, 1), request -> new Get.Found(request.tx(), CONTRACT, STATE, 2, false));
        OperationFixture node = nodeAt(0.3).with(stale);

        StepVerifier.create(node.gets.fetch(CONTRACT.id()))
                .expectNext(new GetResult.Found(CONTRACT, STATE, 3, false))
                .verifyComplete();
        assertThat(node.contracts.isFresh(CONTRACT.id())).isFalse();
    }

    @Test
    void replicaNotComparedForEightMinutesIsStale() {
        ScriptedPeer near = finding(0.01, 1, STATE);
        OperationFixture node = nodeAt(0.3).with(near);
        node.gets.fetch(CONTRACT.id()).block();
        assertThat(node.contracts.isFresh(CONTRACT.id())).isTrue();

        node.advance(Duration.ofSeconds(481));

        assertThat(node.contracts.isFresh(CONTRACT.id())).isFalse();
    }

    @Test
    void nearestNodeAsksReplicaHoldersOnly() {
        ScriptedPeer empty =
                ScriptedPeer.replying(peerAt(0.1, 1), request -> new Get.NotFound(request.tx(), CONTRACT.id(), 0));
        ScriptedPeer holder = finding(0.2, 2, STATE);
        ScriptedPeer third = finding(0.3, 3, STATE);
        OperationFixture node = nodeAt(0, OperationConfig.defaults()).with(empty, holder, third);

        StepVerifier.create(node.gets.serve(ASKER, request(5)))
                .expectNext(new Get.Found(TX, CONTRACT, STATE, 1))
                .verifyComplete();
        assertThat(((Get.Request) holder.received().get(0)).hopsToLive().spent())
                .isTrue();
        assertThat(empty.received()).hasSize(1);
        assertThat(third.received()).isEmpty();
        assertThat(node.backgroundWork).hasSize(1);
        node.assertNothingPending();
    }

    @Test
    void clientSearchRestartsWithRemainingNeighboursAfterLoss() {
        ScriptedPeer lost = ScriptedPeer.silent(peerAt(0.01, 1));
        OperationFixture node = nodeAt(0.3).with(lost);

        StepVerifier.create(node.gets.fetch(CONTRACT.id()))
                .then(() -> node.with(finding(0.1, 2, STATE)))
                .then(() -> node.disconnect(lost))
                .then(() -> node.advance(Duration.ofSeconds(1)))
                .expectNext(new GetResult.Found(CONTRACT, STATE, 1))
                .verifyComplete();
        node.assertNothingPending();
    }

    @Test
    void clientSearchUsesALinkThatComesSecondsAfterTheOnlyOneWasLost() {
        ScriptedPeer lost = ScriptedPeer.silent(peerAt(0.01, 1));
        OperationFixture node = nodeAt(0.3).with(lost);

        StepVerifier.create(node.gets.fetch(CONTRACT.id()))
                .then(() -> node.disconnect(lost))
                .then(() -> node.advance(Duration.ofSeconds(2)))
                .then(() -> node.with(finding(0.1, 2, STATE)))
                .then(() -> node.advance(Duration.ofSeconds(1)))
                .expectNext(new GetResult.Found(CONTRACT, STATE, 1))
                .verifyComplete();
        node.assertNothingPending();
    }

    @Test
    void forwardingNodeSkipsUnresponsiveNeighbour() {
        ScriptedPeer dead = ScriptedPeer.silent(peerAt(0.01, 1));
        OperationFixture node = nodeAt(0.3).with(dead, finding(0.02, 2, STATE));

        StepVerifier.create(node.gets.serve(ASKER, request(5)))
                .then(() -> node.advance(Duration.ofSeconds(5)))
                .expectNextMatches(reply -> reply instanceof Get.Found found && found.hops() == 1)
                .verifyComplete();
        assertThat(dead.received()).as("the request and the probe").hasSize(2);
        node.assertNothingPending();
    }

    @Test
    void responsiveNeighbourIsAwaitedUntilDeadline() {
        ScriptedPeer slow = answeringProbesOnly(0.01, 1);
        ScriptedPeer other = finding(0.02, 2, STATE);
        OperationFixture node = nodeAt(0.3).with(slow, other);

        StepVerifier.create(node.gets.serve(ASKER, request(5)))
                .then(() -> node.advance(Duration.ofSeconds(10)))
                .verifyError(DeadlineExceededException.class);
        assertThat(slow.received()).hasSize(2);
        assertThat(other.received()).isEmpty();
        node.assertNothingPending();
    }

    @Test
    void slowButResponsiveNeighboursCountAsAttemptsWhateverTheDeadline() {
        List<ScriptedPeer> slow = IntStream.rangeClosed(1, 8)
                .mapToObj(tag -> answeringProbesOnly(0.01 * tag, tag))
                .toList();
        OperationConfig config = OperationConfig.defaults().withReplicas(1).withDeadline(Duration.ofSeconds(10));
        OperationFixture node = nodeAt(0.3, config).with(slow.toArray(ScriptedPeer[]::new));

        StepVerifier.create(node.gets.fetch(CONTRACT.id()))
                .then(() -> node.advance(Duration.ofSeconds(10)))
                .verifyError(DeadlineExceededException.class);
        assertThat(slow).filteredOn(peer -> !peer.received().isEmpty()).hasSize(config.attempts());
        node.assertNothingPending();
    }

    @Test
    void notFoundIsNotReportedAfterUnresponsiveNeighbour() {
        ScriptedPeer dead = ScriptedPeer.silent(peerAt(0.01, 1));
        OperationFixture node = nodeAt(0.3).with(dead, notFinding(0.02, 2));

        StepVerifier.create(node.gets.serve(ASKER, request(5)))
                .then(() -> node.advance(Duration.ofSeconds(5)))
                .verifyErrorSatisfies(failure -> assertThat(failure)
                        .isInstanceOf(DeadlineExceededException.class)
                        .hasMessageContaining(dead.peer().toString()));
        node.assertNothingPending();
    }

    private static double distance(Contract contract, double peer, int tag) {
        return contract.key().location().distanceTo(peerAt(peer, tag).location());
    }

    private static OperationFixture restartedWithReplica(ScriptedPeer... neighbours) {
        OperationFixture before = nodeAt(0.3);
        before.puts.publish(CONTRACT, STATE).block();
        OperationFixture node = OperationFixture.restarted(before, HostingConfig.defaults());
        node.contracts.restore().block();
        node.with(neighbours);
        node.contracts.table().review(List.of(CONTRACT.id()));
        return node;
    }

    private static Get.Request request(int hopsToLive) {
        Visited asker = Visited.none().plus(ASKER);
        return new Get.Request(TX, new HopsToLive(hopsToLive), asker, Duration.ofSeconds(10), CONTRACT.id());
    }

    private static PeerReply found(PeerRequest request, State state) {
        return new Get.Found(request.tx(), CONTRACT, state, 0);
    }

    /** A peer that compares replicas with this result, and finds a newer state. */
    private static ScriptedPeer comparing(Hosting.Verdict verdict, Set<Integer> unconfirmed) {
        return ScriptedPeer.replying(
                peerAt(0.01, 1),
                request -> request instanceof Hosting.Offer offer
                        ? new Hosting.Answer(offer.tx(), List.of(verdict), unconfirmed)
                        : found(request, NEWER));
    }

    private static PeerReply inAnswerTo(PeerRequest reconcile) {
        return new Update.Difference(reconcile.tx(), new StateChange.Full(NEWER), NEWER.digest(), null);
    }

    private static ScriptedPeer finding(double distance, int tag, State state) {
        return ScriptedPeer.replying(peerAt(distance, tag), request -> found(request, state));
    }

    private static ScriptedPeer answeringProbesOnly(double distance, int tag) {
        return ScriptedPeer.scripted(
                peerAt(distance, tag),
                (number, request) -> number == 0
                        ? Mono.empty()
                        : Mono.just(new Get.NotFound(request.tx(), ((Get.Request) request).id(), 0)));
    }

    private static ScriptedPeer notFinding(double distance, int tag) {
        return ScriptedPeer.replying(
                peerAt(distance, tag), request -> new Get.NotFound(request.tx(), CONTRACT.id(), 0));
    }
}
