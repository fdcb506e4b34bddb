package dev.tributary.transport.benchmark;

import dev.tributary.core.value.PeerAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Forwards connections to another address with the same bandwidth in each direction. */
final class SlowForwarder implements AutoCloseable {

    private static final int PIECE = 4096;

    private final ServerSocket server;
    private final int bytesPerSecond;
    private final AtomicLong bytes = new AtomicLong();

    SlowForwarder(int bytesPerSecond) throws IOException {
        this.bytesPerSecond = bytesPerSecond;
        this.server = new ServerSocket();
        // Small, so that the sender notices the bandwidth.
        server.setReceiveBufferSize(64 * 1024);
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    /** Forwards all connections to this address; returns the address to connect to. */
    PeerAddress to(PeerAddress target) {
        inBackground(() -> {
            while (!server.isClosed()) {
                Socket near = server.accept();
                Socket far = new Socket(InetAddress.getLoopbackAddress(), target.port());
                inBackground(() -> copy(near, far));
                inBackground(() -> copy(far, near));
            }
        });
        return new PeerAddress("127.0.0.1", server.getLocalPort());
    }

    /** Number of bytes that were forwarded. */
    long bytes() {
        return bytes.get();
    }

    private void copy(Socket from, Socket to) throws IOException {
        byte[] piece = new byte[PIECE];
        try (from;
                to) {
            for (int count = from.getInputStream().read(piece);
                    count >= 0;
                    count = from.getInputStream().read(piece)) {
                to.getOutputStream().write(piece, 0, count);
                bytes.addAndGet(count);
                LockSupport.parkNanos(1_000_000_000L * count / bytesPerSecond);
            }
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void inBackground(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException end) {
                        // The connection or the forwarder is closed.
                    }
                },
                "slow-forwarder");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
