package dev.tributary.app.hostile;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * A process of attackers of every kind, peers and clients, against one node. Each kind begins again when its round ends.
 * Arguments: the port for peers, the port for clients, and the share of a processor that all attackers have. Ends when
 * its input ends, with a line that says what they did.
 */
public final class HostileSoakAttackers {

    /** Time that a kind of peers holds what it has opened, until it begins again. */
    private static final Duration ROUND = Duration.ofSeconds(40);

    private final Map<String, Integer> done = new ConcurrentHashMap<>();
    private final int peerPort;
    private final int clientPort;
    private final CpuBudget pace;

    private HostileSoakAttackers(int peerPort, int clientPort, CpuBudget pace) {
        this.peerPort = peerPort;
        this.clientPort = clientPort;
        this.pace = pace;
    }

    public static void main(String[] arguments) throws IOException {
        HostileSoakAttackers attackers = new HostileSoakAttackers(
                Integer.parseInt(arguments[0]),
                Integer.parseInt(arguments[1]),
                new CpuBudget(Double.parseDouble(arguments[2])));
        for (HostileCase each : HostileCase.values()) {
            start(() -> attackers.peers(each));
        }
        for (HostileClientCase each : HostileClientCase.values()) {
            start(() -> attackers.clients(each));
        }
        System.out.println("begun");
        while (System.in.read() >= 0) {
            LockSupport.parkNanos(1);
        }
        System.out.println(new TreeMap<>(attackers.done));
        System.exit(0);
    }

    private static void start(Runnable round) {
        Thread thread = new Thread(
                () -> {
                    while (true) {
                        round.run();
                    }
                },
                "attacker");
        thread.setDaemon(true);
        thread.start();
    }

    private void peers(HostileCase each) {
        try (Attack attack = new Attack(peerPort, pace::await)) {
            Thread round = new Thread(() -> run(each, attack), "round");
            round.setDaemon(true);
            round.start();
            LockSupport.parkNanos(ROUND.toNanos());
            attack.stop();
            attack.ends().forEach((end, count) -> count("peer " + each + " " + end, count));
        } catch (IOException unclosed) {
            count("peer " + each + " not closed", 1);
        }
    }

    private void run(HostileCase each, Attack attack) {
        try {
            each.attack(attack);
        } catch (IOException | GeneralSecurityException refused) {
            count("peer " + each + " round ended early", 1);
        }
    }

    private void clients(HostileClientCase each) {
        try {
            each.attack(clientPort, pace);
            count("client " + each, 1);
        } catch (IOException closed) {
            count("client " + each + " ended by the node", 1);
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }

    private void count(String what, int number) {
        done.merge(what, number, Integer::sum);
    }
}
