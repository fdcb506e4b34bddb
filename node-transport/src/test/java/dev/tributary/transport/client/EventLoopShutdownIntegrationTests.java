package dev.tributary.transport.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** A server that closes while its event loop is busy. */
class EventLoopShutdownIntegrationTests {

    @Test
    void connectionIsClosedAlthoughItsEventLoopIsBusyWhileTheServerCloses() throws IOException, InterruptedException {
        CountDownLatch busy = new CountDownLatch(1);
        AtomicBoolean closing = new AtomicBoolean();
        HttpListener listener = new HttpListener(ApiServerConfig.defaults().withListen(TestServer.LOOPBACK));
        int port = Objects.requireNonNull(listener.open((request, response) -> {
                            request.withConnection(connection -> connection
                                    .channel()
                                    .eventLoop()
                                    .execute(() -> {
                                        busy.countDown();
                                        while (!closing.get()) {
                                            Thread.onSpinWait();
                                        }
                                    }));
                            return Mono.never();
                        })
                        .block(TestServer.TIMEOUT))
                .getPort();
        try (RawSocket client = RawSocket.connect(port)) {
            client.write("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(busy.await(10, TimeUnit.SECONDS)).isTrue();
            CompletableFuture<Void> closed = listener.close().toFuture();
            closing.set(true);
            assertThatThrownBy(() -> client.exchangeHead("")).isInstanceOf(EOFException.class);
            assertThat(closed).succeedsWithin(TestServer.TIMEOUT);
        }
    }
}
