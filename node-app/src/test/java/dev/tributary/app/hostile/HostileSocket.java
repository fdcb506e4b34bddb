package dev.tributary.app.hostile;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A connection to the client API that sends what it wants. For one thread. */
final class HostileSocket implements AutoCloseable {

    private static final int TIMEOUT_MILLIS = 20_000;

    private final Socket socket = new Socket();

    private HostileSocket(int port) throws IOException {
        socket.setReceiveBufferSize(16 << 10);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
    }

    /** Connects and sends nothing. */
    static HostileSocket connect(int port) throws IOException {
        return new HostileSocket(port);
    }

    /** Connects and opens a session in the native encoding. */
    static HostileSocket session(int port) throws IOException {
        HostileSocket opened = new HostileSocket(port);
        try {
            opened.write(("GET /v1/contract/command?encodingProtocol=native HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                            + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                            + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            opened.readHead();
            return opened;
        } catch (IOException refused) {
            opened.close();
            throw refused;
        }
    }

    /** Sends bytes as they are. */
    void write(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    /** Sends a message as one frame; the key of its mask is zero. */
    void send(byte[] message) throws IOException {
        announce(message.length);
        write(message);
    }

    /** Sends the head of a binary frame of this length. */
    void announce(long length) throws IOException {
        write(ByteBuffer.allocate(14)
                .put((byte) 0x82)
                .put((byte) 0xff)
                .putLong(length)
                .putInt(0)
                .array());
    }

    /** Reads what has arrived, once; throws if the server has closed the connection. */
    void read() throws IOException {
        if (socket.getInputStream().read(new byte[16 << 10]) < 0) {
            throw new IOException("closed by the server");
        }
    }

    private void readHead() throws IOException {
        InputStream in = socket.getInputStream();
        int matched = 0;
        while (matched < 4) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("no answer to the handshake");
            }
            matched = next == "\r\n\r\n".charAt(matched) ? matched + 1 : next == '\r' ? 1 : 0;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
