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
 * A socket on which whatever one likes can be written, as broken clients do. It reads only when it is told to, waits at
 * most as long as {@link TestDoor#SOON}, and takes next to no memory. For one thread.
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
        socket.setSoTimeout((int) TestDoor.SOON.toMillis());
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        this.in = new DataInputStream(socket.getInputStream());
        this.out = socket.getOutputStream();
    }

    /** A connection on which nothing has been said. */
    public static RawSocket connect(int port) throws IOException {
        return new RawSocket(port, 0);
    }

    /** A connection that has become a WebSocket. */
    public static RawSocket upgraded(int port, String path) throws IOException {
        return upgraded(port, path, 0);
    }

    /** The same of a client whose system keeps only so many bytes for it. */
    public static RawSocket upgraded(int port, String path, int receiveBuffer) throws IOException {
        RawSocket socket = new RawSocket(port, receiveBuffer);
        String head = socket.head(
                "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
                        + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
        if (!head.startsWith("HTTP/1.1 101")) {
            socket.close();
            throw new IOException("no WebSocket: " + head);
        }
        return socket;
    }

    /** Writes this request, and reads the head of the answer. */
    public String head(String request) throws IOException {
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

    /** Sends a frame of zeros of this size, made on the fly: the first of a message or a later one, the last or not. */
    public void sendZeros(boolean first, boolean last, long size) throws IOException {
        write(header((last ? FINAL : 0) | (first ? BINARY : 0), size));
        byte[] zeros = new byte[64 << 10];
        for (long left = size; left > 0; left -= Math.min(left, zeros.length)) {
            out.write(zeros, 0, (int) Math.min(left, zeros.length));
        }
    }

    /** The head of a frame that announces so many bytes, masked with zeros, which changes nothing. */
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

    /** The next message, which must be of one frame; pings and their like are skipped. */
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

    /** The code of the close frame with which the door ends it: 1005 if it has none, -1 if the connection just broke. */
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

    /** The door sees the end of what is said, and the client goes on listening. */
    public void shutOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** The connection is broken off, and what is on its way is lost. */
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
