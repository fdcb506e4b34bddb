package dev.tributary.transport.client;

import static dev.tributary.transport.client.TestServer.TIMEOUT;

import dev.tributary.core.value.TimeSource;
import dev.tributary.transport.client.codec.ChunkedMessages;
import dev.tributary.transport.client.codec.ClientEncoding;
import dev.tributary.transport.client.message.ClientReply;
import dev.tributary.transport.client.message.ClientRequest;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A client of a server, on the WebSocket of the JDK. Reads as fast as it can, unless created by
 * {@link #notReading}.
 */
public final class TestClient implements AutoCloseable, WebSocket.Listener {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final ChunkedMessages messages;
    private final BlockingQueue<ClientReply> replies = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final ByteArrayOutputStream partial = new ByteArrayOutputStream();
    private final AtomicInteger pings = new AtomicInteger();
    private final boolean reading;
    private @Nullable WebSocket socket;

    private TestClient(ClientEncoding encoding, boolean reading) {
        this.messages = new ChunkedMessages(encoding, TimeSource.system());
        this.reading = reading;
    }

    public static TestClient connect(TestServer server, ClientEncoding encoding) {
        return connect(server, encoding, true, "");
    }

    /** A client with a token. */
    static TestClient connect(TestServer server, ClientEncoding encoding, String token) {
        return connect(server, encoding, true, "&authToken=" + token);
    }

    /** A client that reads nothing until {@link #startReading()}. */
    static TestClient notReading(TestServer server, ClientEncoding encoding) {
        return connect(server, encoding, false, "");
    }

    private static TestClient connect(TestServer server, ClientEncoding encoding, boolean reading, String more) {
        TestClient client = new TestClient(encoding, reading);
        URI uri = URI.create(
                "ws://127.0.0.1:" + server.port() + "/v1/contract/command?encodingProtocol=" + encoding.label() + more);
        client.socket = HTTP.newWebSocketBuilder()
                .buildAsync(uri, client)
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
        return client;
    }

    WebSocket socket() {
        return Objects.requireNonNull(socket);
    }

    void startReading() {
        socket().request(Long.MAX_VALUE);
    }

    public void send(ClientRequest request) {
        messages.writeRequest(request).forEach(this::sendBytes);
    }

    void sendBytes(byte[] message) {
        sendPart(message, true);
    }

    void sendPart(byte[] part, boolean last) {
        socket().sendBinary(ByteBuffer.wrap(part), last)
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    void sendText(String text) {
        socket().sendText(text, true).orTimeout(60, TimeUnit.SECONDS).join();
    }

    /** Returns the next message of the server. */
    public ClientReply next() {
        try {
            ClientReply reply = replies.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            if (reply == null) {
                throw new AssertionError("no message received; closed: " + closed);
            }
            return reply;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    public ClientReply request(ClientRequest request) {
        send(request);
        return next();
    }

    /** Returns the number of received messages that are not read yet. */
    int unreadReplies() {
        return replies.size();
    }

    int pings() {
        return pings.get();
    }

    /** Returns the code with which the server closes; -1 if the connection is lost, 1005 if there is none. */
    int closeCode() {
        return closed.orTimeout(TIMEOUT.toSeconds(), TimeUnit.SECONDS).join();
    }

    boolean isClosed() {
        return closed.isDone();
    }

    @Override
    public void onOpen(WebSocket open) {
        if (reading) {
            open.request(Long.MAX_VALUE);
        }
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        partial.writeBytes(bytes);
        if (last) {
            byte[] message = partial.toByteArray();
            partial.reset();
            messages.readReply(message).ifPresent(replies::add);
        }
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPing(WebSocket from, ByteBuffer message) {
        pings.incrementAndGet();
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        closed.complete(code);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable failure) {
        closed.complete(-1);
    }

    @Override
    public void close() {
        socket().abort();
    }
}
