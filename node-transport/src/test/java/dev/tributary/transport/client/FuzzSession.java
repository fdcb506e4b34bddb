package dev.tributary.transport.client;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.StateSummary;
import dev.tributary.core.value.TimeSource;
import dev.tributary.transport.client.codec.ChunkedMessages;
import dev.tributary.transport.client.codec.ClientEncoding;
import dev.tributary.transport.client.codec.FuzzMessages;
import dev.tributary.transport.client.message.ClientAnswer;
import dev.tributary.transport.client.message.ClientRequest;
import dev.tributary.transport.client.message.PackedContract;
import dev.tributary.transport.client.message.UpdatePayload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One session of a client that was made from a number: tame, when it sends nothing but good requests and must have an
 * answer to each, or wild, when it does what comes to its mind.
 */
final class FuzzSession {

    private static final int MOST_STEPS = 40;
    private static final int CONTRACTS = 8;
    private static final long LARGEST = 1_200_000;

    private final Random random;
    private final ClientEncoding encoding;
    private final FuzzMessages messages;
    private final ChunkedMessages replies;
    private final RawSocket socket;
    private final boolean tame;
    private final AtomicInteger answers = new AtomicInteger();
    private int asked;
    private long streams;

    /** Whether the door may wait for the rest of something, and does not hear what is said behind it. */
    private boolean broken;

    private FuzzSession(long seed, int port) throws IOException {
        this.random = new Random(seed);
        this.encoding = random.nextBoolean() ? ClientEncoding.NATIVE : ClientEncoding.FLATBUFFERS;
        this.messages = new FuzzMessages(encoding, random);
        this.replies = new ChunkedMessages(encoding, TimeSource.system());
        this.tame = random.nextInt(4) == 0;
        this.socket = RawSocket.upgraded(
                port, "/v1/contract/command?encodingProtocol=" + encoding.label(), random.nextInt(8) == 0 ? 4096 : 0);
    }

    /** Has the session of this number, to its end. Throws {@link AssertionError} if the door does not do its part. */
    static void run(long seed, int port, Executor readers) throws IOException {
        FuzzSession session = new FuzzSession(seed, port);
        try (RawSocket socket = session.socket) {
            boolean deaf = !session.tame && session.random.nextInt(10) == 0;
            CompletableFuture<Void> reading =
                    deaf ? CompletableFuture.completedFuture(null) : CompletableFuture.runAsync(session::read, readers);
            session.talk();
            if (session.tame) {
                session.awaitAnswers(reading);
            }
            session.leave();
            if (session.broken) {
                socket.reset();
            }
            reading.orTimeout(TestDoor.SOON.toSeconds(), TimeUnit.SECONDS).join();
        }
    }

    /** Until the end, which may be of any kind; what comes before must be readable. */
    private void read() {
        while (true) {
            byte[] message;
            try {
                message = socket.next();
            } catch (IOException end) {
                return;
            }
            replies.readReply(message)
                    .filter(reply -> !(reply instanceof ClientAnswer.UpdateNotification))
                    .ifPresent(reply -> answers.incrementAndGet());
        }
    }

    private void awaitAnswers(CompletableFuture<Void> reading) {
        long end = System.nanoTime() + TestDoor.SOON.toNanos();
        while (answers.get() < asked) {
            if (reading.isDone() || System.nanoTime() > end) {
                throw new AssertionError(answers + " answers to " + asked + " requests, ended=" + reading);
            }
            Thread.onSpinWait();
        }
    }

    private void talk() throws IOException {
        try {
            for (int steps = 1 + random.nextInt(MOST_STEPS); steps > 0; steps--) {
                if (tame) {
                    asked++;
                    say(messages.encoded(request()));
                } else {
                    misbehave();
                }
            }
        } catch (IOException ended) {
            if (tame) {
                throw ended;
            }
        }
    }

    private void misbehave() throws IOException {
        switch (random.nextInt(17)) {
            case 0, 1, 2 -> say(messages.encoded(request()));
            case 3, 4 -> say(messages.example());
            case 5, 6, 7, 8 -> say(messages.spoilt());
            case 9 -> socket.send(messages.stray());
            case 10 -> unfinished();
            case 11 -> socket.write(frame(0x81, "{\"text\": true}".getBytes(StandardCharsets.UTF_8)));
            case 12 -> socket.write(frame(0x89 + random.nextInt(2), new byte[random.nextInt(126)]));
            case 13 -> cutShort();
            case 14 -> nonsense();
            case 15 -> manyAtOnce();
            default -> goodbye();
        }
    }

    /** In one frame, in several, or in chunks. */
    private void say(byte[] message) throws IOException {
        switch (message.length > LARGEST / 2 ? 2 : random.nextInt(4)) {
            case 0 -> fragmented(message);
            case 1, 2 -> {
                for (byte[] chunk : messages.cut(message, streams++)) {
                    socket.send(chunk);
                }
            }
            default -> socket.send(message);
        }
    }

    private void fragmented(byte[] message) throws IOException {
        int first = random.nextInt(message.length + 1);
        socket.write(frame(0x02, Arrays.copyOf(message, first)));
        if (random.nextBoolean()) {
            socket.write(frame(0x89, new byte[3]));
        }
        socket.write(frame(0x80, Arrays.copyOfRange(message, first, message.length)));
    }

    /** Chunks of which one is missing, twice there, or of a spoilt message. */
    private void unfinished() throws IOException {
        List<byte[]> chunks = messages.cut(random.nextBoolean() ? messages.spoilt() : messages.example(), streams++);
        for (byte[] chunk : chunks.subList(0, chunks.size() - 1)) {
            socket.send(chunk);
            if (random.nextInt(4) == 0) {
                socket.send(chunk);
            }
        }
    }

    /** A frame that announces more than it brings: what is said next becomes a part of it. */
    private void cutShort() throws IOException {
        broken = true;
        byte[] message = messages.example();
        if (random.nextInt(4) == 0) {
            socket.write(RawSocket.header(0x82, message.length + random.nextInt(5000)));
            socket.write(message);
        } else {
            socket.write(frame(random.nextBoolean() ? 0x02 : 0x00, message));
        }
    }

    private void nonsense() throws IOException {
        if (random.nextInt(4) == 0) {
            broken = true;
            byte[] bytes = new byte[1 + random.nextInt(200)];
            random.nextBytes(bytes);
            socket.write(bytes);
        }
    }

    /** More than the door does for one client at once, and nobody answers. */
    private void manyAtOnce() throws IOException {
        if (random.nextInt(4) == 0) {
            for (int i = 0; i < 100; i++) {
                Contract contract = LastWriterWins.named("nobody holds this " + random.nextInt(1000));
                socket.send(messages.encoded(new ClientRequest.Subscribe(contract.id(), Optional.empty())));
            }
        }
    }

    private void goodbye() throws IOException {
        if (random.nextInt(6) == 0) {
            ClientRequest word = random.nextBoolean() || encoding == ClientEncoding.FLATBUFFERS
                    ? new ClientRequest.Disconnect(Optional.of("enough"))
                    : new ClientRequest.Close();
            socket.send(messages.encoded(word));
        } else if (random.nextInt(6) == 0) {
            socket.write(frame(0x88, new byte[] {3, (byte) (0xe8 + random.nextInt(16))}));
        }
    }

    private void leave() {
        try {
            switch (random.nextInt(5)) {
                case 0 -> socket.reset();
                case 1 -> {
                    // What is said by nobody any more needs no rest.
                    socket.shutOutput();
                    broken = false;
                }
                case 2 -> socket.write(frame(0x88, new byte[0]));
                case 3 -> socket.send(messages.encoded(new ClientRequest.Disconnect(Optional.empty())));
                default -> socket.close();
            }
        } catch (IOException gone) {
            // It has ended already.
            return;
        }
    }

    private static byte[] frame(int firstByte, byte[] payload) {
        byte[] head = RawSocket.header(firstByte, payload.length);
        byte[] frame = Arrays.copyOf(head, head.length + payload.length);
        System.arraycopy(payload, 0, frame, head.length, payload.length);
        return frame;
    }

    /** A good one, each of which has one answer, be it an error. */
    private ClientRequest request() {
        Contract contract = LastWriterWins.named("fuzz " + random.nextInt(CONTRACTS));
        boolean subscribe = random.nextInt(4) == 0;
        return switch (random.nextInt(6)) {
            case 0 ->
                new ClientRequest.Put(PackedContract.of(contract), state(), List.of(), subscribe, random.nextBoolean());
            case 1 -> new ClientRequest.Update(contract.id(), Optional.empty(), payload());
            case 2 ->
                new ClientRequest.Subscribe(
                        contract.id(), random.nextBoolean() ? Optional.empty() : Optional.of(summary()));
            default -> new ClientRequest.Get(contract.id(), random.nextBoolean(), subscribe, random.nextBoolean());
        };
    }

    private State state() {
        boolean large = random.nextInt(20) == 0;
        return LastWriterWins.state(
                random.nextInt(1 << 20), new byte[large ? random.nextInt((int) LARGEST) : random.nextInt(500)]);
    }

    private UpdatePayload payload() {
        return random.nextBoolean()
                ? new UpdatePayload.FullState(state())
                : new UpdatePayload.Delta(new StateDelta(state().bytes()));
    }

    private StateSummary summary() {
        return new StateSummary(state().bytes());
    }
}
