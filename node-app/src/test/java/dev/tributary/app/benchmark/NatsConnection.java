package dev.tributary.app.benchmark;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A connection to a NATS server: requests, each with a reply. */
final class NatsConnection implements AutoCloseable {

    private static final String INBOX = "_INBOX.b.";

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final AtomicLong number = new AtomicLong();
    private final Map<String, Sinks.One<String>> waiting = new ConcurrentHashMap<>();

    private NatsConnection(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
        this.out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
    }

    static NatsConnection open(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        NatsConnection connection = new NatsConnection(socket);
        connection.send(
                "CONNECT {\"verbose\":false,\"pedantic\":false,\"lang\":\"java\",\"version\":\"0\"}\r\nSUB " + INBOX
                        + "* 1\r\n",
                new byte[0]);
        Thread reader = new Thread(connection::read, "nats-reader");
        reader.setDaemon(true);
        reader.start();
        return connection;
    }

    /** Publishes the payload, and emits the reply. */
    Mono<String> request(String subject, byte[] payload) {
        return Mono.defer(() -> {
            String inbox = INBOX + number.incrementAndGet();
            Sinks.One<String> reply = Sinks.one();
            waiting.put(inbox, reply);
            send("PUB " + subject + " " + inbox + " " + payload.length + "\r\n", payload);
            return reply.asMono();
        });
    }

    private synchronized void send(String line, byte[] payload) {
        try {
            out.write(line.getBytes(StandardCharsets.US_ASCII));
            if (payload.length > 0) {
                out.write(payload);
                out.write('\r');
                out.write('\n');
            }
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read() {
        try {
            while (true) {
                String line = readLine();
                if (line.startsWith("MSG ")) {
                    String[] words = line.split(" ", -1);
                    String content = new String(
                            in.readNBytes(Integer.parseInt(words[words.length - 1])), StandardCharsets.UTF_8);
                    readLine();
                    Sinks.One<String> reply = waiting.remove(words[1]);
                    if (reply != null) {
                        reply.tryEmitValue(content);
                    }
                } else if (line.equals("PING")) {
                    send("PONG\r\n", new byte[0]);
                }
            }
        } catch (IOException closed) {
            waiting.values().forEach(each -> each.tryEmitError(closed));
        }
    }

    private String readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new IOException("the server closed the connection");
            }
            line.write(next);
        }
        return line.toString(StandardCharsets.UTF_8).strip();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
