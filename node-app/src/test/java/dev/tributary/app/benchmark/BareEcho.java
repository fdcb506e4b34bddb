package dev.tributary.app.benchmark;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.HdrHistogram.Histogram;

/** The baseline: messages over a TCP connection on loopback, one after the other, and the same bytes back. */
final class BareEcho {

    private BareEcho() {}

    /** Runs this number of exchanges of messages of this size in bytes. */
    static OperationTimes run(int count, int bytes) throws IOException {
        Histogram nanos = new Histogram(3);
        long begin = System.nanoTime();
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread echo = new Thread(() -> serve(server, bytes), "echo");
            echo.setDaemon(true);
            echo.start();
            try (Socket socket = new Socket(server.getInetAddress(), server.getLocalPort())) {
                socket.setTcpNoDelay(true);
                DataInputStream in = new DataInputStream(socket.getInputStream());
                byte[] message = new byte[bytes];
                for (int i = 0; i < count; i++) {
                    long start = System.nanoTime();
                    socket.getOutputStream().write(message);
                    in.readFully(message);
                    nanos.recordValue(System.nanoTime() - start);
                }
            }
        }
        return new OperationTimes(nanos, 0, (System.nanoTime() - begin) / 1e9);
    }

    private static void serve(ServerSocket server, int bytes) {
        try (Socket socket = server.accept()) {
            socket.setTcpNoDelay(true);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            byte[] message = new byte[bytes];
            while (true) {
                in.readFully(message);
                out.write(message);
            }
        } catch (IOException closed) {
            // The client is done.
        }
    }
}
