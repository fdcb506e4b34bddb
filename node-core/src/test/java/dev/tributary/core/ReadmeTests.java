package dev.tributary.core;

import static dev.tributary.core.simulation.InMemoryNetwork.addressOf;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.peer.PeerTransport;
import dev.tributary.core.simulation.InMemoryNetwork;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.GetResult;
import dev.tributary.core.value.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What the README shows is compiled, run and still there. */
class ReadmeTests {

    private static final Path README = Path.of("..", "README.md");
    private static final Path SOURCES = Path.of("..");

    @Test
    void theProgramRuns() {
        // tag: two nodes
        InMemoryNetwork network = InMemoryNetwork.create();
        PeerTransport first = network.transport();
        Contract greeting = LastWriterWins.named("greeting");
        State hello = LastWriterWins.state(1, "hello".getBytes(UTF_8));

        Mono<GetResult> program = Mono.zip(
                        Node.create().transport(first).start(),
                        Node.create()
                                .transport(network.transport())
                                .peers(addressOf(first))
                                .start())
                .flatMap(nodes -> nodes.getT1()
                        .onLinked(1)
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
    void theReadmeShowsTheProgramThatRuns() throws IOException {
        String source = Files.readString(Path.of("src/test/java/dev/tributary/core/ReadmeTests.java"));
        Matcher tagged = Pattern.compile("// tag: two nodes\\n(.*?)// end", Pattern.DOTALL)
                .matcher(source);
        assertThat(tagged.find()).isTrue();
        assertThat(words(Files.readString(README))).contains(words(tagged.group(1)));
    }

    @Test
    void theWayOfAPutNamesMethodsThatExist() throws IOException {
        String readme = Files.readString(README);
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

    /** The text without its layout: the README and the formatter break lines differently. */
    private static String words(String text) {
        return text.replaceAll("\\s+", "");
    }
}
