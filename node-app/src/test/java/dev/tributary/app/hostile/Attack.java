package dev.tributary.app.hostile;

import dev.tributary.core.peer.CloseReason;
import dev.tributary.transport.identity.NodeIdentity;
import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** The connections of one attack. */
final class Attack implements Closeable {

    private static final Duration REOPEN_PAUSE = Duration.ofMillis(500);

    private final int port;
    private final Runnable pace;
    private final List<HostilePeer> peers = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private volatile boolean running = true;
    private final AtomicInteger refused = new AtomicInteger();

    /** What a peer sends. */
    interface Script {
        void run(HostilePeer peer) throws IOException;
    }

    Attack(int port) {
        this(port, () -> {});
    }

    /** @param pace runs before each link and whenever the attack asks whether it goes on; it may block */
    Attack(int port, Runnable pace) {
        this.port = port;
        this.pace = pace;
    }

    int port() {
        return port;
    }

    boolean isRunning() {
        pace.run();
        return running;
    }

    void keep(Socket socket) {
        sockets.add(socket);
    }

    /** Opens a link. While the attack runs, a refused one is tried again. */
    HostilePeer add(NodeIdentity identity) throws IOException, GeneralSecurityException {
        while (true) {
            pace.run();
            try {
                HostilePeer peer = HostilePeer.link(port, identity);
                peers.add(peer);
                return peer;
            } catch (IOException rejected) {
                refused.incrementAndGet();
                if (!running) {
                    throw rejected;
                }
            }
        }
    }

    /** Runs the script on a thread of its own. It ends with the link. */
    void inBackground(HostilePeer peer, Script script) {
        Thread thread = new Thread(
                () -> {
                    try {
                        script.run(peer);
                    } catch (IOException end) {
                        // The node closed the link, which the outcome tells.
                    }
                },
                "hostile-script");
        thread.setDaemon(true);
        thread.start();
    }

    /** Runs the script on links of this identity, one after the other: when the node closes one, the next is opened. */
    void inBackgroundAgain(NodeIdentity identity, Script script) {
        Thread thread = new Thread(
                () -> {
                    while (running) {
                        try {
                            script.run(add(identity));
                        } catch (IOException | GeneralSecurityException end) {
                            LockSupport.parkNanos(REOPEN_PAUSE.toNanos());
                        }
                    }
                },
                "hostile-script");
        thread.setDaemon(true);
        thread.start();
    }

    void stop() {
        running = false;
    }

    /** How the links ended, with their number: those that are open wait for the node. */
    Map<String, Integer> ends() {
        Map<String, Integer> counts = new TreeMap<>();
        for (HostilePeer peer : peers) {
            counts.merge(stateOf(peer), 1, Integer::sum);
        }
        counts.put("refused", refused.get());
        return counts;
    }

    /** The same for a report, after the last messages were read. */
    String outcome() {
        Map<String, Integer> counts = new TreeMap<>();
        for (HostilePeer peer : peers) {
            peer.resumeReading();
        }
        pause();
        for (HostilePeer peer : peers) {
            counts.merge(stateOf(peer), 1, Integer::sum);
        }
        if (refused.get() > 0) {
            counts.put("refused", refused.get());
        }
        return counts.isEmpty() ? sockets.size() + " connections" : counts.toString();
    }

    private static String stateOf(HostilePeer peer) {
        CloseReason reason = peer.closed();
        if (reason != null) {
            return reason.kind().name();
        }
        return peer.isOpen() ? "open" : "closed";
    }

    /** The close messages that were not read have this time to arrive. */
    private static void pause() {
        LockSupport.parkNanos(Duration.ofMillis(1_500).toNanos());
    }

    @Override
    public void close() throws IOException {
        running = false;
        for (HostilePeer peer : peers) {
            peer.close();
        }
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
