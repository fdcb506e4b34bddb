package dev.tributary.transport.peer;

import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.transport.identity.AnyPeerTrust;
import dev.tributary.transport.identity.NodeIdentity;
import dev.tributary.transport.wire.Frame;
import dev.tributary.transport.wire.FrameReader;
import dev.tributary.transport.wire.FrameWriter;
import dev.tributary.transport.wire.Hello;
import dev.tributary.transport.wire.VersionRange;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** A peer that sends exactly the bytes of a test, over a blocking socket. */
final class RawPeer implements AutoCloseable {

    static final int TIMEOUT_MILLIS = 60_000;

    private final Socket socket;

    private RawPeer(Socket socket) {
        this.socket = socket;
    }

    /** Opens a TCP connection. */
    static RawPeer connect(PeerAddress address) throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.connect(new InetSocketAddress(address.host(), address.port()), TIMEOUT_MILLIS);
        return new RawPeer(socket);
    }

    /** Opens a TLS connection and completes the TLS handshake of this side, without sending a hello. */
    static RawPeer secured(PeerAddress address) throws IOException, GeneralSecurityException {
        return connect(address).secure(NodeIdentity.generate(new SecureRandom()), "TLSv1.3");
    }

    /** Opens a link: the transport has accepted the hello. */
    static RawPeer linked(PeerAddress address) throws IOException, GeneralSecurityException {
        RawPeer peer = secured(address);
        peer.send(out -> FrameWriter.hello(hello(VersionRange.OURS), out));
        peer.readUntil(Frame.Greeting.class);
        return peer;
    }

    static Hello hello(VersionRange versions) {
        return new Hello(versions, 0, 0, new PeerAddress("127.0.0.1", 1), Hello.DEFAULT_NETWORK, "raw");
    }

    RawPeer secure(@Nullable NodeIdentity identity, String protocol) throws IOException, GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                identity == null ? new KeyManager[0] : keys(identity),
                new TrustManager[] {new AnyPeerTrust()},
                new SecureRandom());
        SSLSocket tls = (SSLSocket) context.getSocketFactory()
                .createSocket(socket, socket.getInetAddress().getHostAddress(), socket.getPort(), true);
        tls.setEnabledProtocols(new String[] {protocol});
        tls.startHandshake();
        return new RawPeer(tls);
    }

    private static KeyManager[] keys(NodeIdentity identity) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("node", identity.key(), new char[0], new Certificate[] {identity.certificate()});
        KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
        factory.init(store, new char[0]);
        return factory.getKeyManagers();
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    void send(Consumer<ByteBuf> frames) throws IOException {
        send(bytes(frames));
    }

    static byte[] bytes(Consumer<ByteBuf> frames) {
        ByteBuf out = Unpooled.buffer();
        frames.accept(out);
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }

    /** Reads frames until one of this type arrives. */
    <F extends Frame> F readUntil(Class<F> type) throws IOException {
        FrameReader reader = new FrameReader(ByteBufAllocator.DEFAULT);
        List<Frame> frames = new ArrayList<>();
        if (type != Frame.Greeting.class) {
            reader.read(
                    Unpooled.wrappedBuffer(bytes(out -> FrameWriter.hello(hello(VersionRange.OURS), out))),
                    frame -> {});
        }
        InputStream in = socket.getInputStream();
        try {
            for (int next = in.read(); next >= 0; next = in.read()) {
                reader.read(Unpooled.wrappedBuffer(new byte[] {(byte) next}), frames::add);
                if (!frames.isEmpty() && type.isInstance(frames.get(frames.size() - 1))) {
                    return type.cast(frames.get(frames.size() - 1));
                }
            }
        } finally {
            reader.close();
        }
        throw new IOException("the connection ended after " + frames);
    }

    /** Reads the close frame of the transport. */
    CloseReason readClose() throws IOException {
        return readUntil(Frame.Close.class).reason();
    }

    /** Closes the connection without a close frame. */
    void disconnect() throws IOException {
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
