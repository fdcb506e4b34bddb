package dev.tributary.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.Node;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.test.MarkdownBlock;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.transport.client.ApiServer;
import dev.tributary.transport.client.ApiServerConfig;
import dev.tributary.transport.client.TestServer;
import dev.tributary.transport.client.remote.NodeClient;
import dev.tributary.transport.client.remote.NodeClientConfig;
import dev.tributary.transport.client.remote.RemoteUpdate;
import dev.tributary.transport.client.web.WebConfig;
import dev.tributary.transport.identity.NodeIdentity;
import dev.tributary.transport.peer.PeerTransportConfig;
import dev.tributary.transport.peer.TcpPeerTransport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Compiles and runs the programs of this module's documents, and checks that there are no others. */
@Timeout(120)
class DocumentProgramsIntegrationTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    @Test
    void nodeWithSocketsServesApplications() {
        Path cache = directory;
        // tag: a node with sockets
        Scheduler timer = Schedulers.newSingle("link-timer", true);
        Scheduler decoder = Schedulers.newBoundedElastic(2, 4096, "decoder");
        NodeIdentity identity = NodeIdentity.generate(new SecureRandom(), 0);
        Node node = Node.builder()
                .transport(TcpPeerTransport.create(identity, PeerTransportConfig.defaults(), timer, decoder))
                .start()
                .blockOptional()
                .orElseThrow();
        ApiServerConfig config = ApiServerConfig.defaults()
                .withListen(new ApiServerConfig.Listen(List.of("127.0.0.1"), 0))
                .withWeb(WebConfig.in(cache));
        ApiServer server = ApiServer.create(node, config);
        InetSocketAddress address = server.open().blockOptional().orElseThrow();
        // end
        try {
            NodeClient client = NodeClient.open(NodeClientConfig.of(URI.create("ws://127.0.0.1:" + address.getPort())));
            StepVerifier.create(client.fetchPage("/health/live"))
                    .assertNext(page -> assertThat(page).contains("\"ok\":true"))
                    .verifyComplete();
            client.close().block(TIMEOUT);
        } finally {
            server.close().block(TIMEOUT);
            node.stop().block(TIMEOUT);
            timer.dispose();
            decoder.dispose();
        }
    }

    @Test
    void clientOfAnotherProcessPutsAndSubscribes() {
        try (TestServer server = TestServer.open(directory)) {
            String url = "ws://127.0.0.1:" + server.port();
            // tag: a client
            NodeClient client = NodeClient.open(NodeClientConfig.parse(url));
            Contract greeting = LastWriterWins.named("greeting");
            State hello = LastWriterWins.state(1, "hello".getBytes(UTF_8));
            State goodbye = LastWriterWins.state(2, "goodbye".getBytes(UTF_8));

            Flux<State> states = client.put(greeting, hello)
                    .thenMany(client.subscribe(greeting.id()))
                    .map(RemoteUpdate::state);
            StepVerifier.create(states)
                    .expectNext(hello)
                    .then(() -> client.update(greeting.id(), new StateChange.Full(goodbye))
                            .block())
                    .expectNext(goodbye)
                    .thenCancel()
                    .verify();
            // end
            client.close().block(TIMEOUT);
        }
    }

    @Test
    void everyProgramOfTheDocumentsIsTested() throws IOException {
        String source = Files.readString(
                Path.of("src/test/java/dev/tributary/transport/DocumentProgramsIntegrationTests.java"));
        List<String> tested = Pattern.compile("// tag: [a-z ]+\\n(.*?)// end\\n", Pattern.DOTALL)
                .matcher(source)
                .results()
                .map(each -> withoutLayout(each.group(1)))
                .toList();
        List<String> programs = MarkdownBlock.all("java").stream()
                .filter(block -> block.file().startsWith("node-transport"))
                .map(block -> withoutLayout(block.text()))
                .toList();
        assertThat(tested).hasSize(2);
        assertThat(programs).containsExactlyInAnyOrderElementsOf(tested);
    }

    /** The text without white space, since documents and the formatter break lines differently. */
    private static String withoutLayout(String text) {
        return text.replaceAll("\\s+", "");
    }
}
