package dev.tributary.transport.benchmark;

import dev.tributary.transport.identity.NodeIdentity;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.ByteArrayInputStream;
import java.security.SecureRandom;
import java.time.Duration;
import javax.net.ssl.SSLException;
import reactor.core.publisher.Sinks;
import reactor.netty.Connection;
import reactor.netty.DisposableServer;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpClient;
import reactor.netty.tcp.TcpServer;
import reactor.util.concurrent.Queues;

/**
 * Baseline for the link: requests of the same size, echoed by a Reactor Netty server over the same TLS, without
 * framing, decoding or checks. One thread on each side, like the link.
 */
final class EchoBaseline implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final ByteBuf request;
    private final LoopResources serverLoop = LoopResources.create("bare-server", 1, true);
    private final LoopResources clientLoop = LoopResources.create("bare-client", 1, true);
    private final DisposableServer server;
    private final Connection connection;
    private final Sinks.Many<ByteBuf> requests = Sinks.many()
            .unicast()
            .onBackpressureBuffer(Queues.<ByteBuf>unboundedMultiproducer().get());
    private volatile Runnable onReply = () -> {};
    private int bytesUntilReply;

    private EchoBaseline(int size) throws SSLException {
        request = Unpooled.unreleasableBuffer(Unpooled.directBuffer(size).writeZero(size));
        bytesUntilReply = size;
        byte[] pem = NodeIdentity.generate(new SecureRandom()).encode();
        SslProvider provider = OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;
        SslContext serverTls = SslContextBuilder.forServer(new ByteArrayInputStream(pem), new ByteArrayInputStream(pem))
                .sslProvider(provider)
                .protocols("TLSv1.3")
                .build();
        SslContext clientTls = SslContextBuilder.forClient()
                .sslProvider(provider)
                .protocols("TLSv1.3")
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .endpointIdentificationAlgorithm(null)
                .build();
        server = TcpServer.create()
                .runOn(serverLoop)
                .host("127.0.0.1")
                .port(0)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .secure(builder -> builder.sslContext(serverTls))
                .handle((in, out) -> out.send(in.receive().retain()))
                .bindNow(TIMEOUT);
        connection = TcpClient.newConnection()
                .runOn(clientLoop)
                .remoteAddress(server::address)
                .option(ChannelOption.TCP_NODELAY, true)
                .secure(builder -> builder.sslContext(clientTls))
                .connectNow(TIMEOUT);
        connection.inbound().receive().subscribe(this::countReplies, PeerLinkBenchmark::failed);
        connection.outbound().send(requests.asFlux()).then().subscribe(nothing -> {}, PeerLinkBenchmark::failed);
    }

    static EchoBaseline open(int size) {
        try {
            return new EchoBaseline(size);
        } catch (SSLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void countReplies(ByteBuf bytes) {
        int size = request.readableBytes();
        bytesUntilReply -= bytes.readableBytes();
        while (bytesUntilReply <= 0) {
            bytesUntilReply += size;
            onReply.run();
        }
    }

    void send() {
        requests.emitNext(request.duplicate(), Sinks.EmitFailureHandler.busyLooping(TIMEOUT));
    }

    void onReply(Runnable action) {
        onReply = action;
    }

    @Override
    public void close() {
        connection.disposeNow(TIMEOUT);
        server.disposeNow(TIMEOUT);
        clientLoop.dispose();
        serverLoop.dispose();
    }
}
