package dev.tributary.app.benchmark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import reactor.core.publisher.Mono;

/** A NATS server with one stream in files, of which each message is synced before it is acknowledged. */
final class Nats extends OtherStore {

    private static final String STREAM =
            "{\"name\":\"S\",\"subjects\":[\"s.>\"],\"storage\":\"file\",\"retention\":\"limits\","
                    + "\"max_msgs_per_subject\":1,\"num_replicas\":1}";

    private final NatsConnection connection;

    private Nats(Process process, NatsConnection connection) {
        super(process);
        this.connection = connection;
    }

    /** Starts it with an empty directory. */
    static Nats start(String program, Path directory) throws IOException {
        int port = freePort();
        Path config = Files.writeString(
                directory.resolve("nats.conf"),
                "listen: 127.0.0.1:" + port + "\njetstream { store_dir: \"" + directory.resolve("nats")
                        + "\", sync_interval: always }\n");
        Process process = start(program, "-c", config.toString());
        NatsConnection connection =
                Awaitility.await().ignoreExceptions().until(() -> NatsConnection.open(port), opened -> true);
        String created = connection
                .request("$JS.API.STREAM.CREATE.S", STREAM.getBytes(StandardCharsets.UTF_8))
                .block();
        if (created == null || created.contains("\"error\"")) {
            process.destroy();
            throw new IOException("no stream: " + created);
        }
        return new Nats(process, connection);
    }

    /** The stream keeps the last value of each key. */
    @Override
    Mono<Void> put(String key, byte[] value) {
        return connection
                .request("s." + key, value)
                .flatMap(ack -> ack.contains("\"seq\"") ? Mono.empty() : Mono.error(new IOException(ack)));
    }

    @Override
    public void close() {
        connection.close();
        super.close();
    }
}
