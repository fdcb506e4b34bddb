package dev.tributary.app.benchmark;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import org.awaitility.Awaitility;
import reactor.core.publisher.Mono;

/** One member of etcd, over its JSON gateway. It syncs its log before it answers. */
final class Etcd extends OtherStore {

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String url;

    private Etcd(Process process, String url) {
        super(process);
        this.url = url;
    }

    /** Starts it with an empty directory. */
    static Etcd start(String program, Path directory) throws IOException {
        String client = "http://127.0.0.1:" + freePort();
        String peer = "http://127.0.0.1:" + freePort();
        Etcd etcd = new Etcd(
                start(
                        program,
                        "--data-dir",
                        directory.resolve("etcd").toString(),
                        "--listen-client-urls",
                        client,
                        "--advertise-client-urls",
                        client,
                        "--listen-peer-urls",
                        peer,
                        "--initial-advertise-peer-urls",
                        peer,
                        "--initial-cluster",
                        "default=" + peer),
                client);
        Awaitility.await()
                .ignoreExceptions()
                .until(() -> etcd.put("ready", new byte[1]).thenReturn(true).block());
        return etcd;
    }

    @Override
    Mono<Void> put(String key, byte[] value) {
        String body = "{\"key\":\"" + base64(key.getBytes(StandardCharsets.UTF_8)) + "\",\"value\":\"" + base64(value)
                + "\"}";
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/v3/kv/put"))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return Mono.fromFuture(() -> http.sendAsync(request, HttpResponse.BodyHandlers.ofString()))
                .flatMap(answer -> answer.statusCode() == 200
                        ? Mono.<Void>empty()
                        : Mono.error(new IOException("etcd answered " + answer.statusCode() + ": " + answer.body())));
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
