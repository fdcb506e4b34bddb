package dev.tributary.transport.client;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A plain socket that can send any bytes, like a misbehaving client. It reads only when a method asks for it, waits at
 * most {@link TestServer#TIMEOUT}, and needs almost no memory. For one thread.
 */
public final class RawSocket implements AutoCloseable {

    private static final int FINAL = 0x80;
    private static final int BINARY = 2;
    private static final int MASKED = 0x80;

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final OutputStream out;

    private RawSocket(int port, int receiveBuffer) throws IOException {
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) TestServer.TIMEOUT.toMillis());
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        this.in = new DataInputStream(socket.getInputStream());
        this.out = socket.getOutputStream();
    }

    /** Opens a connection and sends nothing. */
    public static RawSocket connect(int port) throws IOException {
        return new RawSocket(port, 0);
    }

    /** Opens a connection with this size of the socket's receive buffer, in bytes. */
    static RawSocket connect(int port, int receiveBuffer) throws IOException {
        return new RawSocket(port, receiveBuffer);
    }

    /** Opens a connection and upgrades it to a WebSocket. */
    public static RawSocket upgraded(int port, String path) throws IOException {
        return upgraded(port, path, 0);
    }

    /** Opens a WebSocket with this size of the socket's receive buffer, in bytes; 0 for the default. */
    public static RawSocket upgraded(int port, String path, int receiveBuffer) throws IOException {
        RawSocket socket = new RawSocket(port, receiveBuffer);
        String head = socket.exchangeHead(
                "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
                        + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
        if (!head.startsWith("HTTP/1.1 101")) {
            socket.close();
            throw new IOException("no WebSocket: " + head);
        }
        return socket;
    }

    /** Writes this request, and reads the head of the response. */
    public String exchangeHead(String request) throws IOException {
        write(request.getBytes(StandardCharsets.US_ASCII));
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("closed after '" + head + "'");
            }
            head.append((char) next);
        }
        return head.toString();
    }

    /** Writes exactly these bytes. */
    public void write(byte[] bytes) throws IOException {
        out.write(bytes);
    }

    /** Sends a message of one frame. */
    public void send(byte[] message) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream(message.length + 14);
        frame.writeBytes(header(FINAL | BINARY, message.length));
        frame.writeBytes(message);
        write(frame.toByteArray());
    }

    /** Sends a frame of this many zeros, generated while sending; the first or last one of its message if so marked. */
    public void sendZeros(boolean first, boolean last, long size) throws IOException {
        write(header((last ? FINAL : 0) | (first ? BINARY : 0), size));
        byte[] zeros = new byte[64 << 10];
        for (long left = size; left > 0; left -= Math.min(left, zeros.length)) {
            out.write(zeros, 0, (int) Math.min(left, zeros.length));
        }
    }

    /** Returns the header of a frame with this payload size. Its mask is zero, which leaves the payload unchanged. */
    public static byte[] header(int firstByte, long size) {
        ByteBuffer head = ByteBuffer.allocate(14).put((byte) firstByte);
        if (size < 126) {
            head.put((byte) (MASKED | (int) size));
        } else if (size < 1 << 16) {
            head.put((byte) (MASKED | 126)).putShort((short) size);
        } else {
            head.put((byte) (MASKED | 127)).putLong(size);
        }
        head.putInt(0);
        byte[] bytes = new byte[head.position()];
        head.flip().get(bytes);
        return bytes;
    }

    /** Returns the next message, which must be a single frame. Skips control frames. */
    public byte[] next() throws IOException {
        while (true) {
            int kind = in.readUnsignedByte() & 0x0f;
            byte[] payload = new byte[(int) length()];
            in.readFully(payload);
            if (kind == 8) {
                throw new EOFException("closed with "
                        + (payload.length < 2 ? 1005 : ByteBuffer.wrap(payload).getShort()));
            }
            if (kind <= BINARY) {
                return payload;
            }
        }
    }

    private long length() throws IOException {
        int small = in.readUnsignedByte() & 0x7f;
        return small < 126 ? small : small == 126 ? in.readUnsignedShort() : in.readLong();
    }

    /**
     * Reads to the end. Returns the code of the server's close frame: 1005 if it has none, -1 if the connection is
     * lost.
     */
    public int closeCode() {
        try {
            while (true) {
                next();
            }
        } catch (EOFException end) {
            String text = String.valueOf(end.getMessage());
            return text.startsWith("closed with ") ? Integer.parseInt(text.substring("closed with ".length())) : -1;
        } catch (IOException broken) {
            return -1;
        }
    }

    /** Returns all bytes until the server closes the connection. */
    byte[] readToEnd() throws IOException {
        return in.readAllBytes();
    }

    /** Half-closes the connection: the server sees the end of the stream, the client can still read. */
    public void shutOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** Resets the connection; data in flight is lost. */
    public void reset() throws IOException {
        if (!socket.isClosed()) {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
