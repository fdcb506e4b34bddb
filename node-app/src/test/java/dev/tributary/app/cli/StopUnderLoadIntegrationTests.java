package dev.tributary.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.app.Main;
import dev.tributary.core.contract.standard.ImmutableBlob;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.transport.client.remote.NodeClient;
import dev.tributary.transport.client.remote.NodeClientConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A process that is told to end while clients put contracts: each of them learns what became of it. */
@Timeout(180)
class StopUnderLoadIntegrationTests {

    private static final int PUTS = 2000;
    private static final int CONCURRENCY = 64;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    @Test
    void everyPutThatWasStoredIsAnsweredBeforeTheSocketCloses() throws Exception {
        Map<Integer, String> outcomes = new ConcurrentHashMap<>();
        AtomicInteger stored = new AtomicInteger();
        Process process = start();
        long ended;
        NodeClient client = client(process);
        try {
            Flux.range(0, PUTS)
                    .flatMap(
                            number -> client.put(contract(number), ImmutableBlob.state(content(number)))
                                    .doOnNext(receipt -> stored.incrementAndGet())
                                    .map(receipt -> "stored")
                                    .onErrorResume(failure ->
                                            Mono.just(failure.getClass().getSimpleName()))
                                    .doOnNext(outcome -> outcomes.put(number, outcome)),
                            CONCURRENCY)
                    .subscribe();
            await().atMost(TIMEOUT).until(() -> stored.get() > 100);
            long told = System.nanoTime();
            process.destroy();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            ended = System.nanoTime() - told;
            await().atMost(TIMEOUT).until(() -> outcomes.size() == PUTS);
        } finally {
            process.destroyForcibly().waitFor();
            client.close().block(TIMEOUT);
        }

        List<Integer> kept = new ArrayList<>();
        Process again = start();
        NodeClient reader = client(again);
        try {
            for (int number = 0; number < PUTS; number++) {
                if (reader.get(contract(number).id()).block(TIMEOUT) != null) {
                    kept.add(number);
                }
            }
        } finally {
            reader.close().block(TIMEOUT);
            again.destroyForcibly().waitFor();
        }
        System.out.printf(
                "stored %d, kept %d, others %s, ended after %d ms%n",
                stored.get(),
                kept.size(),
                outcomes.values().stream()
                        .filter(outcome -> !outcome.equals("stored"))
                        .collect(Collectors.groupingBy(outcome -> outcome, Collectors.counting())),
                ended / 1_000_000);
        assertThat(kept)
                .hasSizeGreaterThan(100)
                .allSatisfy(number -> assertThat(outcomes.get(number)).isEqualTo("stored"));
        assertThat(kept).hasSize(stored.get());
        assertThat(ended).isLessThan(TimeUnit.SECONDS.toNanos(20));
    }

    private static Contract contract(int number) {
        return ImmutableBlob.contract(content(number));
    }

    private static Bytes content(int number) {
        return Bytes.utf8("put " + number);
    }

    private Process start() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "run",
                        "--identity-difficulty",
                        "0",
                        "--data-directory",
                        directory.resolve("node").toString(),
                        "--listen",
                        "127.0.0.1:0",
                        "--client-address",
                        "127.0.0.1",
                        "--client-port",
                        "0")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static NodeClient client(Process process) throws IOException {
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        String ready = Objects.requireNonNullElse(output.readLine(), "the process ended");
        String api = ready.substring(ready.indexOf("api=") + 4).trim();
        return NodeClient.open(NodeClientConfig.of(URI.create(api)));
    }
}
