package dev.tributary.core;

import static dev.tributary.core.simulation.InMemoryNetwork.addressOf;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.GrowOnlySet;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.error.NodeStoppedException;
import dev.tributary.core.peer.PeerTransport;
import dev.tributary.core.simulation.InMemoryNetwork;
import dev.tributary.core.test.MarkdownBlock;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.GetResult;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.UpdateReceipt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Compiles and runs the programs of the documents, and checks that there are no others. */
class ReadmeTests {

    /** Modules that test the programs of their own documents. */
    private static final Set<String> MODULES_WITH_OWN_TESTS = Set.of("node-transport", "node-app");

    private static final Path SOURCES = Path.of("..");

    @Test
    void firstProgramRuns() {
        // tag: two nodes
        InMemoryNetwork network = InMemoryNetwork.create();
        PeerTransport first = network.transport();
        Contract greeting = LastWriterWins.named("greeting");
        State hello = LastWriterWins.state(1, "hello".getBytes(UTF_8));

        Mono<GetResult> program = Mono.zip(
                        Node.builder().transport(first).start(),
                        Node.builder()
                                .transport(network.transport())
                                .bootstrapPeers(addressOf(first))
                                .start())
                .flatMap(nodes -> nodes.getT1()
                        .awaitNeighbours(1)
                        .then(nodes.getT1().put(greeting, hello))
                        .then(nodes.getT2().get(greeting.id()))
                        .delayUntil(
                                found -> nodes.getT1().stop().and(nodes.getT2().stop())));
        // end

        StepVerifier.create(program)
                .assertNext(found -> assertThat(found.state()).contains(hello))
                .verifyComplete();
    }

    @Test
    void reactiveApplicationRuns() {
        // tag: an application
        VirtualTimeScheduler time = VirtualTimeScheduler.create();
        Node node = Node.builder()
                .transport(InMemoryNetwork.create(time, new Random(1)).transport())
                .schedulers(new NodeSchedulers(time, time, time, time))
                .start()
                .blockOptional()
                .orElseThrow();
        Contract visitors = GrowOnlySet.named("visitors");
        Contract counter = LastWriterWins.named("counter");
        node.put(visitors, GrowOnlySet.state(List.of())).block();
        node.put(counter, LastWriterWins.state(0, new byte[0])).block();
        Function<String, Mono<UpdateReceipt>> visit =
                name -> node.update(visitors.id(), new StateChange.Full(GrowOnlySet.state(List.of(Bytes.utf8(name)))));

        // Subscribe, transform, write back: the counter's version is the number of visitors.
        Flux<Boolean> counting = node.subscribe(visitors.id())
                .map(update -> GrowOnlySet.elements(update.state()).size())
                .map(count -> new StateChange.Full(LastWriterWins.state(count, new byte[0])))
                .concatMap(change -> node.update(counter.id(), change), 1)
                .map(UpdateReceipt::changed);
        StepVerifier.create(counting)
                .expectNext(false)
                .then(() -> visit.apply("Ada").block())
                .expectNext(true)
                .then(() -> visit.apply("Bob").block())
                .expectNext(true)
                .thenCancel()
                .verify();

        // A subscriber that requests one state at a time gets the latest one and the number of skipped ones.
        StepVerifier.create(node.subscribe(visitors.id()), 1)
                .expectNextCount(1)
                .then(() -> visit.apply("Cy").block())
                .then(() -> visit.apply("Di").block())
                .thenRequest(1)
                .assertNext(update -> {
                    assertThat(GrowOnlySet.elements(update.state())).hasSize(4);
                    assertThat(update.skipped()).isEqualTo(1);
                })
                .thenCancel()
                .verify();

        // There are no subscribers left, so no contract is kept in sync for them.
        assertThat(node.status().contracts().subscriptions().subscribers()).isZero();
        // A stopping node ends its subscriptions with an error, since the subscriber did not cancel.
        StepVerifier.create(node.subscribe(counter.id()))
                .expectNextCount(1)
                .then(() -> node.stop().subscribe(none -> {}, failure -> {}))
                .then(() -> time.advanceTimeBy(Duration.ofSeconds(10)))
                .verifyError(NodeStoppedException.class);
        // end
    }

    @Test
    void everyProgramOfTheDocumentsIsTested() throws IOException {
        List<String> programs = MarkdownBlock.all("java").stream()
                .filter(block -> MODULES_WITH_OWN_TESTS.stream().noneMatch(block.file()::startsWith))
                .map(block -> withoutLayout(block.text()))
                .toList();
        String source = Files.readString(Path.of("src/test/java/dev/tributary/core/ReadmeTests.java"));
        List<String> tested = Pattern.compile("// tag: [a-z ]+\\n(.*?)// end\\n", Pattern.DOTALL)
                .matcher(source)
                .results()
                .map(each -> withoutLayout(each.group(1)))
                .toList();
        assertThat(tested).hasSize(2);
        assertThat(programs).containsExactlyInAnyOrderElementsOf(tested);
    }

    @Test
    void methodsNamedInThePathOfAPutExist() throws IOException {
        String readme = MarkdownBlock.read(Path.of("README.md"));
        int start = readme.indexOf("## The way of a PUT");
        String section = readme.substring(start, readme.indexOf("\n## ", start + 1));
        Matcher step = Pattern.compile("`([A-Z]\\w+)\\.(\\w+)`").matcher(section);
        int steps = 0;
        while (step.find()) {
            steps++;
            List<Path> file;
            try (var files = Files.walk(SOURCES)) {
                String name = step.group(1) + ".java";
                file = files.filter(
                                path -> path.endsWith(name) && path.toString().contains("main"))
                        .toList();
            }
            assertThat(file).as(step.group()).isNotEmpty();
            String method = step.group(2);
            assertThat(file)
                    .as("a method %s in one of them", method)
                    .anySatisfy(path -> assertThat(Files.readString(path)).containsPattern("\\b" + method + "\\("));
        }
        assertThat(steps).isGreaterThan(8);
    }

    /** The text without white space, since the README and the formatter break lines differently. */
    private static String withoutLayout(String text) {
        return text.replaceAll("\\s+", "");
    }
}
