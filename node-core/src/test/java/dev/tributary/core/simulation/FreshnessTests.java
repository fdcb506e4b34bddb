package dev.tributary.core.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.Node;
import dev.tributary.core.contract.GrowOnlySet;
import dev.tributary.core.simulation.time.SimulatedTime;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.GetResult;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;

/** A room of 200 messages on three nodes, some of which miss 58 more: what a GET answers when they come back. */
class FreshnessTests {

    private static final Contract ROOM = GrowOnlySet.named("room");
    private static final List<Integer> ALL = List.of(0, 1, 2);
    private static final int OLD = 200;
    private static final int NEW = 258;
    private static final Duration WARM = Duration.ofMillis(1);
    private static final Duration COLD = Duration.ofSeconds(2);

    /** Longer than the search for a fresher replica may take. */
    private static final Duration VERY_COLD = Duration.ofSeconds(12);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void restartedNodeHasTheNewStateWithinASecond(int missing) {
        Room room = Room.of(WARM, 10);
        room.crash(List.of(missing));
        room.write((missing + 1) % 3);
        room.restart(List.of(missing));

        Answers answers = room.ask(List.of(missing), Duration.ofSeconds(20));

        answers.assertNoneIsOldUnmarked();
        assertThat(answers.newSince(room.joined)).isLessThan(Duration.ofSeconds(1));
        room.assertIdle();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void restartedNodeHasTheNewStateSoonAfterItCompiled(int missing) {
        Room room = Room.of(COLD, 10);
        room.crash(List.of(missing));
        room.write((missing + 1) % 3);
        room.restart(List.of(missing));

        Answers answers = room.ask(List.of(missing), Duration.ofSeconds(20));

        answers.assertNoneIsOldUnmarked();
        assertThat(answers.newSince(room.joined)).isLessThan(Duration.ofSeconds(3));
        room.assertIdle();
    }

    @Test
    void answerWaitsForTheMergeHoweverLongTheNodeCompiles() {
        Room room = Room.of(VERY_COLD, 10);
        room.crash(List.of(2));
        room.write(0);
        room.restart(List.of(2));

        Answers answers = room.ask(List.of(2), Duration.ofSeconds(40));

        answers.assertNoneIsOldUnmarked();
        assertThat(answers.newSince(room.joined)).isLessThan(Duration.ofSeconds(14));
        room.assertIdle();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void noNodeAnswersWithTheOldStateAfterAllRestarted(int writer) {
        Room room = Room.of(COLD, 10);
        List<Integer> others = ALL.stream().filter(node -> node != writer).toList();
        room.crash(others);
        room.write(writer);
        room.crash(List.of(writer));
        room.restart(ALL);

        Answers answers = room.ask(ALL, Duration.ofSeconds(40));

        answers.assertNoneIsOldUnmarked();
        ALL.forEach(node -> assertThat(answers.newSince(node, room.joined)).isLessThan(Duration.ofSeconds(8)));
        room.assertIdle();
    }

    @Test
    void largeStatesAreMergedBeforeTheyAreTheAnswer() {
        Room room = Room.of(COLD, 2_000);
        room.network.conditions(NetworkConditions.good().withBandwidth(200_000));
        room.crash(List.of(1));
        room.write(0);
        room.restart(List.of(1));

        Answers answers = room.ask(List.of(1), Duration.ofSeconds(40));

        answers.assertNoneIsOldUnmarked();
        assertThat(answers.newSince(room.joined)).isLessThan(Duration.ofSeconds(10));
        room.assertIdle();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void noAnswerIsOldAfterAPartition(int isolated) {
        Room room = Room.of(COLD, 10);
        Disposable partition = room.network.partition(List.of(isolated));
        room.write((isolated + 1) % 3);
        room.network.time().advance(Duration.ofSeconds(60));
        partition.dispose();
        room.network.time().advance(Duration.ofMillis(200));

        Answers answers = room.ask(List.of(isolated), Duration.ofSeconds(60));

        answers.assertNoneIsOldUnmarked();
        assertThat(answers.newSince(room.joined)).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void noAnswerIsOldAfterTheMachineSlept() {
        Room room = Room.of(COLD, 10);
        Disposable sleep = room.network.sleep(1);
        room.network.time().advance(Duration.ofSeconds(5));
        room.write(0);
        room.network.time().advance(Duration.ofMinutes(3));
        sleep.dispose();

        Answers answers = room.ask(List.of(1), Duration.ofSeconds(60));

        answers.assertNoneIsOldUnmarked();
    }

    @Test
    void confirmedReplicaIsTheAnswerWithoutAMessage() {
        Room room = Room.of(COLD, 10);
        room.network.time().run(room.network.client(1).get(ROOM.id()));
        String before = room.network.fingerprint();

        Answers answers = room.ask(List.of(1), Duration.ofMillis(300));

        answers.assertAllFresh();
        assertThat(room.network.fingerprint()).isEqualTo(before);
    }

    @Test
    void isolatedNodeAnswersAtOnceAndSaysThatNothingIsConfirmed() {
        Room room = Room.of(COLD, 10);
        room.crash(ALL);
        room.network.restart(1);
        room.network.time().runUntil(() -> room.network.isUp(1), Duration.ofSeconds(1));
        Duration asked = room.network.time().elapsed();

        GetResult.Found found =
                (GetResult.Found) room.network.time().run(room.network.client(1).get(ROOM.id()));

        assertThat(found.fresh()).isFalse();
        assertThat(room.network.time().elapsed().minus(asked)).isLessThan(Duration.ofMillis(100));
        assertThat(room.network
                        .client(1)
                        .status()
                        .contracts()
                        .hosting()
                        .copies()
                        .unconfirmed())
                .isOne();
    }

    /** An answer: which node gave it, when it was asked and when it came. */
    private record Answer(int node, Duration asked, Duration came, int messages, boolean fresh) {}

    private record Answers(List<Answer> all) {

        void assertNoneIsOldUnmarked() {
            assertThat(all).isNotEmpty();
            assertThat(all.stream().filter(each -> each.fresh() && each.messages() < NEW))
                    .as("old answers that say that they are confirmed")
                    .isEmpty();
        }

        void assertAllFresh() {
            assertThat(all).isNotEmpty().allMatch(Answer::fresh);
        }

        Duration newSince(Duration joined) {
            return all.stream()
                    .filter(each -> each.fresh() && each.messages() == NEW)
                    .map(each -> each.came().minus(joined))
                    .min(Duration::compareTo)
                    .orElseThrow(() -> new AssertionError("no new answer in " + all));
        }

        Duration newSince(int node, Duration joined) {
            return new Answers(all.stream().filter(each -> each.node() == node).toList()).newSince(joined);
        }
    }

    /** The network, and since when the nodes that came back have a neighbour. */
    private static final class Room {

        private final SimulatedNetwork network;
        private Duration joined = Duration.ZERO;

        private Room(SimulatedNetwork network) {
            this.network = network;
        }

        static Room of(Duration compile, int messageBytes) {
            AtomicReference<@Nullable SimulatedTime> clock = new AtomicReference<>();
            SimulatedNetwork network = SimulatedNetwork.builder(7)
                    .gateways(1)
                    .nodes(2)
                    .fullMesh()
                    .node(builder -> builder.runtime(new ColdRuntime(clock, compile, Duration.ofMillis(20))))
                    .start();
            clock.set(network.time());
            Scenarios.awaitNeighbours(network, 2, Duration.ofMinutes(1));
            network.time().run(network.client(0).put(ROOM, messages(0, OLD, messageBytes)));
            Room room = new Room(network);
            room.messageBytes = messageBytes;
            boolean everywhere = network.time()
                    .runUntil(() -> ALL.stream().allMatch(node -> room.held(node) == OLD), Duration.ofMinutes(1));
            assertThat(everywhere).as("all nodes hold the room").isTrue();
            ALL.forEach(node -> network.time().run(network.client(node).get(ROOM.id())));
            return room;
        }

        private int messageBytes;

        int held(int node) {
            return network.storedContract(node, ROOM.id())
                    .map(stored -> GrowOnlySet.elements(stored.state()).size())
                    .orElse(0);
        }

        void write(int node) {
            State more = messages(OLD, NEW, messageBytes);
            network.time().run(network.client(node).update(ROOM.id(), new StateChange.Full(more)));
            network.time().advance(Duration.ofSeconds(5));
            assertThat(held(node)).isEqualTo(NEW);
        }

        void crash(List<Integer> nodes) {
            nodes.forEach(network::crash);
            network.time().advance(Duration.ofSeconds(5));
        }

        void restart(List<Integer> nodes) {
            nodes.forEach(network::restart);
            network.time().runUntil(() -> nodes.stream().allMatch(network::isUp), Duration.ofSeconds(5));
        }

        /** Asks these nodes ten times a second for this long, and waits for the last answer. */
        Answers ask(List<Integer> nodes, Duration duration) {
            List<Answer> answers = new ArrayList<>();
            int[] open = {0};
            Duration end = network.time().elapsed().plus(duration);
            joined = Duration.ZERO;
            while (network.time().elapsed().compareTo(end) < 0) {
                if (joined.isZero() && nodes.stream().allMatch(node -> Scenarios.neighbours(network, node) > 0)) {
                    joined = network.time().elapsed();
                }
                for (int node : nodes) {
                    Node client = network.client(node);
                    Duration asked = network.time().elapsed();
                    open[0]++;
                    client.get(ROOM.id())
                            .doFinally(signal -> open[0]--)
                            .ofType(GetResult.Found.class)
                            .subscribe(
                                    found -> answers.add(new Answer(
                                            node,
                                            asked,
                                            network.time().elapsed(),
                                            GrowOnlySet.elements(found.value()).size(),
                                            found.fresh())),
                                    failure -> {});
                }
                network.time().advance(Duration.ofMillis(100));
            }
            network.time().runUntil(() -> open[0] == 0, Duration.ofMinutes(2));
            assertThat(open[0]).as("GETs without an answer").isZero();
            return new Answers(answers);
        }

        void assertIdle() {
            assertThat(network.awaitIdle(Duration.ofMinutes(2)))
                    .as("nodes with leftovers")
                    .isEmpty();
        }

        private static State messages(int from, int to, int bytes) {
            return GrowOnlySet.state(IntStream.range(from, to)
                    .mapToObj(number -> Bytes.utf8(("message " + number + " ").repeat(Math.max(1, bytes / 12))))
                    .toList());
        }
    }
}
