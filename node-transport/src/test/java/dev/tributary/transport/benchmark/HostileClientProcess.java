package dev.tributary.transport.benchmark;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.transport.client.RawSocket;
import dev.tributary.transport.client.codec.ClientEncoding;
import dev.tributary.transport.client.message.ClientRequest;
import dev.tributary.transport.client.message.PackedContract;
import dev.tributary.transport.client.message.StreamChunk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** A process that runs one kind of hostile clients until it is killed. Prints a line after the start. */
public final class HostileClientProcess {

    static final Contract LARGE = LastWriterWins.named("large");
    static final int LARGE_BYTES = 8 << 20;
    static final Contract BOMB = LastWriterWins.named("bomb");

    private static final int CONNECTIONS = 1_000;
    private static final int MIB = 1 << 20;
    private static final String NATIVE = "/v1/contract/command?encodingProtocol=native";
    private static final Map<String, Attack> ATTACKS = attacks();

    private final int port;
    private final AtomicInteger counter = new AtomicInteger();

    private HostileClientProcess(int port) {
        this.port = port;
    }

    private interface Attack {

        /** One iteration of an attacking thread, repeated without end. */
        void attack(HostileClientProcess from, Random random) throws IOException;
    }

    private static Map<String, Attack> attacks() {
        Map<String, Attack> attacks = new LinkedHashMap<>();
        attacks.put("random bytes", (from, random) -> from.randomBytes(random));
        attacks.put("a flood of GETs", (from, random) -> from.flood());
        attacks.put("a flood of PUTs", (from, random) -> from.puts(random));
        attacks.put("slow readers of 8 MiB", (from, random) -> from.slowReaders());
        attacks.put("1 000 half requests", (from, random) -> from.halfRequests());
        attacks.put("1 000 half frames", (from, random) -> from.halfFrames());
        attacks.put("reconnecting", (from, random) -> from.connecting());
        attacks.put("messages of 100 MiB", (from, random) -> from.largeMessages(100L * MIB));
        attacks.put("messages of 100 MiB + 1", (from, random) -> from.largeMessages(100L * MIB + 1));
        attacks.put("unfinished chunks", (from, random) -> from.chunks());
        attacks.put("subscribing and cancelling", (from, random) -> from.subscribing(random));
        attacks.put("foreign pages", (from, random) -> from.foreign());
        attacks.put("xz bombs of 1 GiB", (from, random) -> from.bombs());
        return attacks;
    }

    static Set<String> names() {
        return ATTACKS.keySet();
    }

    public static void main(String[] args) throws InterruptedException {
        HostileClientProcess from = new HostileClientProcess(Integer.parseInt(args[0]));
        Attack attack = ATTACKS.get(args[1]);
        List<Thread> attackers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Random random = new Random(i);
            Thread attacker = new Thread(() -> from.repeat(attack, random));
            attackers.add(attacker);
            attacker.start();
        }
        LockSupport.parkNanos(1_000_000_000L);
        System.out.println("begun");
        for (Thread attacker : attackers) {
            attacker.join();
        }
    }

    private void repeat(Attack attack, Random random) {
        while (true) {
            try {
                attack.attack(this, random);
            } catch (IOException refused) {
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    private RawSocket open() throws IOException {
        return RawSocket.upgraded(port, NATIVE);
    }

    private static byte[] encode(ClientRequest request) {
        return ClientEncoding.NATIVE.codec().encodeRequest(request);
    }

    private void randomBytes(Random random) throws IOException {
        try (RawSocket socket = open()) {
            byte[] message = new byte[200];
            for (int i = 0; i < 10_000; i++) {
                random.nextBytes(message);
                socket.send(message);
                socket.next();
            }
        }
    }

    private void flood() throws IOException {
        byte[] get = encode(new ClientRequest.Get(LastWriterWins.named("note").id(), true, false, false));
        try (RawSocket socket = open()) {
            for (int i = 0; i < 100; i++) {
                for (int j = 0; j < 100; j++) {
                    socket.send(get);
                }
                for (int j = 0; j < 100; j++) {
                    socket.next();
                }
            }
        }
    }

    private void puts(Random random) throws IOException {
        byte[] state = new byte[100_000];
        random.nextBytes(state);
        try (RawSocket socket = open()) {
            for (int i = 0; i < 100; i++) {
                for (int j = 0; j < 10; j++) {
                    Contract contract = LastWriterWins.named("flood " + counter.incrementAndGet() % 1_000);
                    socket.send(encode(new ClientRequest.Put(
                            PackedContract.of(contract), LastWriterWins.state(i, state), List.of(), false, false)));
                }
                for (int j = 0; j < 10; j++) {
                    socket.next();
                }
            }
        }
    }

    /** About a hundred sockets in total, each with more replies to read than the budget of all sessions allows. */
    private void slowReaders() throws IOException {
        byte[] get = encode(new ClientRequest.Get(LARGE.id(), false, false, false));
        List<RawSocket> sockets = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            RawSocket socket = RawSocket.upgraded(port, NATIVE, 4096);
            sockets.add(socket);
            for (int j = 0; j < 100; j++) {
                socket.send(get);
            }
        }
        LockSupport.parkNanos(3_000_000_000L);
        close(sockets);
    }

    private void halfRequests() throws IOException {
        List<RawSocket> sockets = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS / 8; i++) {
            RawSocket socket = RawSocket.connect(port);
            sockets.add(socket);
            socket.write("GET /v1/contract/com".getBytes(StandardCharsets.US_ASCII));
        }
        trickle(sockets);
    }

    private void halfFrames() throws IOException {
        List<RawSocket> sockets = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS / 8; i++) {
            RawSocket socket = open();
            sockets.add(socket);
            socket.write(RawSocket.header(0x82, 16L * MIB));
            socket.write(new byte[200_000]);
        }
        trickle(sockets);
    }

    /** Writes one byte to each socket every 100 ms. */
    private static void trickle(List<RawSocket> sockets) throws IOException {
        while (true) {
            for (RawSocket socket : sockets) {
                socket.write(new byte[] {'a'});
            }
            LockSupport.parkNanos(100_000_000);
        }
    }

    private void connecting() throws IOException {
        byte[] get = encode(new ClientRequest.Get(LastWriterWins.named("note").id(), false, false, false));
        List<RawSocket> sockets = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS / 8; i++) {
            RawSocket socket = open();
            sockets.add(socket);
            socket.send(get);
            socket.next();
        }
        for (RawSocket socket : sockets) {
            // Avoids ports in TIME_WAIT, which would exhaust the ports of this machine.
            socket.reset();
        }
    }

    private void largeMessages(long size) throws IOException {
        try (RawSocket socket = open()) {
            long remaining = size;
            for (boolean first = true; remaining > 0; first = false) {
                long frame = Math.min(remaining, 16L * MIB);
                remaining -= frame;
                socket.sendZeros(first, remaining == 0, frame);
            }
            socket.next();
        }
    }

    private void chunks() throws IOException {
        Bytes data = Bytes.wrap(new byte[256 << 10]);
        try (RawSocket socket = open()) {
            for (int stream = 0; stream < 8; stream++) {
                for (int i = 0; i < 255; i++) {
                    socket.send(encode(new StreamChunk(stream, i, 256, data)));
                }
            }
            socket.next();
        }
    }

    private void subscribing(Random random) throws IOException {
        try (RawSocket socket = open()) {
            for (int i = 0; i < 400; i++) {
                Contract contract = LastWriterWins.named("missing contract " + random.nextInt(100_000));
                socket.send(encode(new ClientRequest.Subscribe(contract.id(), Optional.empty())));
            }
            socket.send(encode(new ClientRequest.Disconnect(Optional.empty())));
            socket.closeCode();
        }
    }

    private void foreign() throws IOException {
        for (String lines : List.of(
                "Host: 127.0.0.1\r\nOrigin: http://evil.example\r\n",
                "Host: evil.example\r\nOrigin: http://evil.example\r\n",
                "Host: evil.example\r\n")) {
            try (RawSocket socket = RawSocket.connect(port)) {
                String page = lines.contains("Origin") ? "/v1/contract/command" : "/status";
                String head = socket.exchangeHead("GET " + page + " HTTP/1.1\r\n" + lines
                        + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
                if (!head.startsWith("HTTP/1.1 403")) {
                    throw new IllegalStateException("not refused: " + head);
                }
                socket.reset();
            }
        }
    }

    private void bombs() throws IOException {
        try (RawSocket socket = RawSocket.connect(port)) {
            socket.exchangeHead("GET /v1/contract/web/" + BOMB.id() + "/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        }
    }

    private static void close(List<RawSocket> sockets) throws IOException {
        for (RawSocket socket : sockets) {
            socket.close();
        }
    }
}
