package dev.tributary.core.request;

import static dev.tributary.core.engine.OperationFixture.CONTRACT;
import static dev.tributary.core.engine.OperationFixture.STATE;
import static dev.tributary.core.engine.OperationFixture.nodeAt;
import static dev.tributary.core.engine.OperationFixture.peerAt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.engine.OperationFixture;
import dev.tributary.core.error.RefusalCode;
import dev.tributary.core.message.Get;
import dev.tributary.core.message.Refused;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.test.ScriptedPeer;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.HopsToLive;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TransactionId;
import dev.tributary.core.value.Visited;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** How the outcomes of exchanges change the choice of the next hop. */
class RoutingFeedbackTests {

    /** Number of exchanges after which the routing history counts. */
    private static final int LEARNING_EXCHANGES = 60;

    private static final OperationConfig ONE_REPLICA =
            OperationConfig.defaults().withReplicas(1);
    private static final PeerId ASKER = peerAt(0.45, 99);

    @Test
    void silentNeighbourIsAskedLastNextTime() {
        ScriptedPeer silent = ScriptedPeer.silent(peerAt(0.01, 1));
        ScriptedPeer next = finding(0.02, 2);
        OperationFixture node = nodeAt(0.3).with(silent, next);

        StepVerifier.create(node.gets.fetch(CONTRACT.id()))
                .then(() -> node.advance(Duration.ofSeconds(31)))
                .expectNextCount(1)
                .verifyComplete();

        assertThat(hops(node)).containsExactly(next.peer(), silent.peer());
        node.assertNothingPending();
    }

    @Test
    void neighbourThatExceedsForwardedDeadlineIsAskedLastNextTime() {
        ScriptedPeer slow = ScriptedPeer.scripted(
                peerAt(0.01, 1),
                (count, request) -> count == 0
                        ? Mono.empty()
                        : Mono.just(new Get.NotFound(request.tx(), ((Get.Request) request).id(), 0)));
        ScriptedPeer next = finding(0.02, 2);
        OperationFixture node = nodeAt(0.3).with(slow, next);

        StepVerifier.create(node.gets.serve(ASKER, request(1)))
                .then(() -> node.advance(Duration.ofSeconds(10)))
                .verifyError();

        assertThat(hops(node)).containsExactly(next.peer(), slow.peer());
    }

    @Test
    void cancelledRequestDoesNotCountAgainstNeighbour() {
        ScriptedPeer slow = ScriptedPeer.silent(peerAt(0.01, 1));
        OperationFixture node = nodeAt(0.3).with(slow, finding(0.02, 2));

        StepVerifier.create(node.gets.serve(ASKER, request(1)))
                .then(() -> node.advance(Duration.ofSeconds(4)))
                .thenCancel()
                .verify();

        assertThat(hops(node)).startsWith(slow.peer());
    }

    @Test
    void neighbourWithDeadLinkIsAskedLastUntilItReconnects() {
        ScriptedPeer dead = ScriptedPeer.dead(peerAt(0.01, 1));
        ScriptedPeer next = finding(0.02, 2);
        OperationFixture node = nodeAt(0.3).with(dead, next);
        node.gets.fetch(CONTRACT.id()).block();
        assertThat(hops(node)).startsWith(next.peer());

        ScriptedPeer back = finding(0.01, 1);
        node.disconnect(dead);
        node.with(back);

        assertThat(hops(node)).startsWith(back.peer());
    }

    @Test
    void neighbourThatFindsNothingIsNotAvoidedUnlessTheOperationFindsTheContract() {
        ScriptedPeer notFinding = notFinding(0.01, 1);
        ScriptedPeer next = finding(0.02, 2);
        OperationFixture node = nodeAt(0.3).with(notFinding, next);

        for (int i = 0; i < LEARNING_EXCHANGES; i++) {
            node.gets.serve(ASKER, request(i)).block();
            node.gets.serve(notFinding.peer(), request(LEARNING_EXCHANGES + i)).block();
        }

        assertThat(hops(node)).containsExactly(notFinding.peer(), next.peer());
    }

    @Test
    void neighbourThatDoesNotFindWhatTheNextOneFindsIsAskedLast() {
        Map<ContractInstanceId, Contract> nearFirst = IntStream.range(0, 1000)
                .mapToObj(i -> LastWriterWins.named("contract " + i))
                .filter(contract -> distance(contract, 0.01, 1) < distance(contract, 0.02, 2)
                        && distance(contract, 0.02, 2) < distance(contract, 0.3, 0))
                .limit(2 * LEARNING_EXCHANGES)
                .collect(Collectors.toMap(Contract::id, Function.identity()));
        ScriptedPeer notFinding = notFinding(0.01, 1);
        ScriptedPeer next = ScriptedPeer.replying(
                peerAt(0.02, 2),
                request -> new Get.Found(
                        request.tx(), Objects.requireNonNull(nearFirst.get(((Get.Request) request).id())), STATE, 0));
        OperationFixture node = nodeAt(0.3).with(notFinding, next);

        nearFirst.keySet().forEach(id -> node.gets.fetch(id).block());

        assertThat(hops(node)).containsExactly(next.peer(), notFinding.peer());
        assertThat(nearFirst).hasSizeGreaterThan(LEARNING_EXCHANGES);
    }

    @ParameterizedTest
    @EnumSource(names = {"CONTRACT_REJECTED", "CONTRACT_UNSUPPORTED", "TOO_LARGE"})
    void contractRefusalDoesNotCountAgainstNeighbour(RefusalCode code) {
        assertThat(hopsAfterManyRefusals(code)).startsWith(peerAt(0.01, 1));
    }

    @ParameterizedTest
    @EnumSource(names = {"BUSY", "STORAGE", "DEADLINE_EXCEEDED", "UNKNOWN"})
    void failureOfNeighbourCountsAgainstIt(RefusalCode code) {
        assertThat(hopsAfterManyRefusals(code)).startsWith(peerAt(0.02, 2));
    }

    private static List<PeerId> hopsAfterManyRefusals(RefusalCode code) {
        ScriptedPeer refusing =
                ScriptedPeer.replying(peerAt(0.01, 1), request -> new Refused(request.tx(), code, "no", null));
        OperationFixture node = nodeAt(0.3, ONE_REPLICA).with(refusing, finding(0.02, 2));
        for (int i = 0; i < LEARNING_EXCHANGES; i++) {
            node.gets.serve(ASKER, request(i)).onErrorComplete().block();
            node.gets.serve(refusing.peer(), request(LEARNING_EXCHANGES + i)).block();
        }
        return hops(node);
    }

    private static List<PeerId> hops(OperationFixture node) {
        return node.neighbours.nextHops(CONTRACT.key().location(), peer -> false).stream()
                .map(PeerLink::peer)
                .toList();
    }

    private static Get.Request request(int tx) {
        return new Get.Request(
                new TransactionId(1, tx), new HopsToLive(5), Visited.none(), Duration.ofSeconds(10), CONTRACT.id());
    }

    private static double distance(Contract contract, double peer, int tag) {
        return contract.key().location().distanceTo(peerAt(peer, tag).location());
    }

    private static ScriptedPeer notFinding(double distance, int tag) {
        return ScriptedPeer.replying(
                peerAt(distance, tag), request -> new Get.NotFound(request.tx(), ((Get.Request) request).id(), 0));
    }

    private static ScriptedPeer finding(double distance, int tag) {
        return ScriptedPeer.replying(peerAt(distance, tag), request -> new Get.Found(request.tx(), CONTRACT, STATE, 0));
    }
}
