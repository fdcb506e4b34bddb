package dev.tributary.app.hostile;

import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.transport.identity.AnyPeerTrust;
import dev.tributary.transport.identity.NodeIdentity;
import dev.tributary.transport.wire.Frame;
import dev.tributary.transport.wire.FrameReader;
import dev.tributary.transport.wire.FrameWriter;
import dev.tributary.transport.wire.Hello;
import dev.tributary.transport.wire.VersionRange;
import dev.tributary.transport.wire.WireCodec;
import dev.tributary.transport.wire.WireLimits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** One link of a peer that sends what it wants, over a blocking socket. It reads only if it is told to. */
final class HostilePeer implements AutoCloseable {

    private static final int TIMEOUT_MILLIS = 20_000;
    private static final int CHUNK = 60_000;

    private final SSLSocket socket;
    private final CountDownLatch greeted = new CountDownLatch(1);
    private volatile @Nullable CloseReason closed;
    private volatile boolean ended;
    private volatile boolean reading = true;
    private int lastStream;

    private HostilePeer(SSLSocket socket) {
        this.socket = socket;
    }

    /** Opens a link; throws {@link IOException} if the node does not accept it. */
    static HostilePeer link(int port, NodeIdentity identity) throws IOException, GeneralSecurityException {
        HostilePeer peer = new HostilePeer(secured(port, identity));
        peer.send(out -> FrameWriter.hello(
                new Hello(VersionRange.OURS, 0, 0, new PeerAddress("127.0.0.1", 1), Hello.DEFAULT_NETWORK, "hostile"),
                out));
        Thread reader = new Thread(peer::read, "hostile-reader");
        reader.setDaemon(true);
        reader.start();
        peer.awaitGreeting();
        return peer;
    }

    private static SSLSocket secured(int port, NodeIdentity identity) throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        keys.setKeyEntry("node", identity.key(), new char[0], new Certificate[] {identity.certificate()});
        KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
        factory.init(keys, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), new TrustManager[] {new AnyPeerTrust()}, new SecureRandom());
        Socket plain = new Socket();
        plain.setSoTimeout(TIMEOUT_MILLIS);
        plain.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, "127.0.0.1", port, true);
        socket.setEnabledProtocols(new String[] {"TLSv1.3"});
        socket.startHandshake();
        socket.setSoTimeout(0);
        return socket;
    }

    private void awaitGreeting() throws IOException {
        try {
            if (!greeted.await(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS) || (ended && closed != null)) {
                throw new IOException("not accepted: " + closed);
            }
        } catch (InterruptedException interrupted) {
            throw new IOException("interrupted", interrupted);
        }
    }

    private void read() {
        FrameReader reader = new FrameReader(UnpooledByteBufAllocator.DEFAULT);
        byte[] buffer = new byte[16 * 1024];
        try {
            for (int count = socket.getInputStream().read(buffer);
                    count >= 0;
                    count = socket.getInputStream().read(buffer)) {
                reader.read(Unpooled.copiedBuffer(buffer, 0, count), this::onFrame);
                while (!reading) {
                    LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
                }
            }
        } catch (IOException end) {
            // The link has ended: the reason, if the node named one, is known.
        }
        ended = true;
        greeted.countDown();
    }

    private void onFrame(Frame frame) {
        if (frame instanceof Frame.Greeting) {
            greeted.countDown();
        } else if (frame instanceof Frame.Close close) {
            closed = close.reason();
        } else if (frame instanceof Frame.Large large) {
            large.message().release();
        }
    }

    /** Sends the message whole. */
    void send(PeerMessage message) throws IOException {
        int size = WireCodec.sizeOf(message);
        if (size <= WireLimits.SMALL_MESSAGE) {
            send(out -> FrameWriter.message(message, size, out));
            return;
        }
        ByteBuf rest = WireCodec.wrap(message);
        int stream = ++lastStream;
        send(out -> FrameWriter.announceLarge(stream, size, out));
        while (rest.isReadable()) {
            int length = Math.min(CHUNK, rest.readableBytes());
            send(out -> {
                FrameWriter.chunk(stream, length, out);
                out.writeBytes(rest, length);
            });
        }
    }

    /** Announces a message of this size, and sends it but for its last chunk. */
    void sendUnfinished(int size) throws IOException {
        int stream = ++lastStream;
        send(out -> FrameWriter.announceLarge(stream, size, out));
        for (int left = size - 1; left >= CHUNK; left -= CHUNK) {
            send(out -> {
                FrameWriter.chunk(stream, CHUNK, out);
                out.writeZero(CHUNK);
            });
        }
    }

    private synchronized void send(Consumer<ByteBuf> frames) throws IOException {
        ByteBuf out = Unpooled.buffer();
        frames.accept(out);
        socket.getOutputStream().write(out.array(), 0, out.readableBytes());
        socket.getOutputStream().flush();
    }

    void stopReading() {
        reading = false;
    }

    void resumeReading() {
        reading = true;
    }

    /** Whether the node still has the link, as far as this side knows. */
    boolean isOpen() {
        return !ended;
    }

    /** Why the node closed the link, or null. */
    @Nullable
    CloseReason closed() {
        return closed;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
