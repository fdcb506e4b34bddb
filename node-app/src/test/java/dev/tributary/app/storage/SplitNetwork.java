package dev.tributary.app.storage;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A second host on this machine, in a network namespace, whose network to the first one can lose all packets without a
 * word. Needs Linux, root and iproute2.
 */
final class SplitNetwork implements AutoCloseable {

    /** Addresses at which other nodes are reached: of this host, and of the second one. */
    static final String HERE = "10.213.77.1";

    static final String AWAY = "10.213.77.2";

    /** The address at which clients on this host reach the second one, also while it is split off. */
    static final String AWAY_CLIENTS = "10.213.78.2";

    private static final String HOST = "room-away";
    private static final String MIDDLE = "room-middle";

    private SplitNetwork() {}

    static SplitNetwork create() throws IOException, InterruptedException {
        SplitNetwork network = new SplitNetwork();
        network.remove();
        ip("netns add " + HOST);
        ip("netns add " + MIDDLE);
        ip("link add room0 type veth peer name left0 netns " + MIDDLE);
        ip("-n " + HOST + " link add wan type veth peer name right0 netns " + MIDDLE);
        ip("-n " + MIDDLE + " link add joint type bridge");
        for (String port : List.of("left0", "right0")) {
            ip("-n " + MIDDLE + " link set " + port + " master joint");
            ip("-n " + MIDDLE + " link set " + port + " up");
        }
        network.heal();
        ip("link add room1 type veth peer name clients netns " + HOST);
        configure("", "room0", HERE);
        configure("", "room1", "10.213.78.1");
        configure("-n " + HOST + " ", "wan", AWAY);
        configure("-n " + HOST + " ", "clients", AWAY_CLIENTS);
        ip("-n " + HOST + " link set lo up");
        return network;
    }

    /** The words before a command that is to run on the second host. */
    static List<String> prefix() {
        return List.of("ip", "netns", "exec", HOST);
    }

    /** Loses all packets between the hosts from now on. */
    void split() throws IOException, InterruptedException {
        ip("-n " + MIDDLE + " link set joint down");
    }

    void heal() throws IOException, InterruptedException {
        ip("-n " + MIDDLE + " link set joint up");
    }

    @Override
    public void close() throws IOException {
        try {
            remove();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void remove() throws IOException, InterruptedException {
        for (String namespace : List.of(HOST, MIDDLE)) {
            run("netns del " + namespace);
        }
        for (String device : List.of("room0", "room1")) {
            run("link del " + device);
        }
    }

    private static void configure(String where, String device, String address)
            throws IOException, InterruptedException {
        ip(where + "addr add " + address + "/24 dev " + device);
        ip(where + "link set " + device + " up");
    }

    private static void ip(String arguments) throws IOException, InterruptedException {
        int exitCode = run(arguments);
        if (exitCode != 0) {
            throw new IOException("ip " + arguments + " failed with " + exitCode);
        }
    }

    private static int run(String arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments.split(" ")));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}
