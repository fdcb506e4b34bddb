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
 * One session of a client, generated from a seed. A well-behaved client sends valid requests only and must get an
 * answer to each; the others also send invalid input.
 */
final class FuzzSession {

    private static final int MAX_STEPS = 40;
    private static final int CONTRACTS = 8;
    private static final long MAX_STATE_BYTES = 1_200_000;

    private final Random random;
    private final ClientEncoding encoding;
    private final FuzzMessages messages;
    private final ChunkedMessages replies;
    private final RawSocket socket;
    private final boolean wellBehaved;
    private final AtomicInteger answers = new AtomicInteger();
    private int requests;
    private long streams;

    /** Whether the server may wait for the rest of a frame, so that it does not read what follows. */
    private boolean broken;

    private FuzzSession(long seed, int port) throws IOException {
        this.random = new Random(seed);
        this.encoding = random.nextBoolean() ? ClientEncoding.NATIVE : ClientEncoding.FLATBUFFERS;
        this.messages = new FuzzMessages(encoding, random);
        this.replies = new ChunkedMessages(encoding, TimeSource.system());
        this.wellBehaved = random.nextInt(4) == 0;
        this.socket = RawSocket.upgraded(
                port, "/v1/contract/command?encodingProtocol=" + encoding.label(), random.nextInt(8) == 0 ? 4096 : 0);
    }

    /** Runs the session with this seed to its end. Throws {@link AssertionError} if the server misses an answer. */
    static void run(long seed, int port, Executor readers) throws IOException {
        FuzzSession session = new FuzzSession(seed, port);
        try (RawSocket socket = session.socket) {
            boolean notReading = !session.wellBehaved && session.random.nextInt(10) == 0;
            CompletableFuture<Void> reading = notReading
                    ? CompletableFuture.completedFuture(null)
                    : CompletableFuture.runAsync(session::read, readers);
            session.sendSteps();
            if (session.wellBehaved) {
                session.awaitAnswers(reading);
            }
            session.leave();
            if (session.broken) {
                socket.reset();
            }
            reading.orTimeout(TestServer.TIMEOUT.toSeconds(), TimeUnit.SECONDS).join();
        }
    }

    /** Reads until the connection ends in any way. All messages before must be valid. */
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
        long end = System.nanoTime() + TestServer.TIMEOUT.toNanos();
        while (answers.get() < requests) {
            if (reading.isDone() || System.nanoTime() > end) {
                throw new AssertionError(answers + " answers to " + requests + " requests, closed=" + reading);
            }
            Thread.onSpinWait();
        }
    }

    private void sendSteps() throws IOException {
        try {
            for (int steps = 1 + random.nextInt(MAX_STEPS); steps > 0; steps--) {
                if (wellBehaved) {
                    requests++;
                    sendMessage(messages.encode(request()));
                } else {
                    sendAnyInput();
                }
            }
        } catch (IOException closed) {
            if (wellBehaved) {
                throw closed;
            }
        }
    }

    private void sendAnyInput() throws IOException {
        switch (random.nextInt(17)) {
            case 0, 1, 2 -> sendMessage(messages.encode(request()));
            case 3, 4 -> sendMessage(messages.example());
            case 5, 6, 7, 8 -> sendMessage(messages.mutated());
            case 9 -> socket.send(messages.strayChunk());
            case 10 -> sendIncompleteChunks();
            case 11 -> socket.write(frame(0x81, "{\"text\": true}".getBytes(StandardCharsets.UTF_8)));
            case 12 -> socket.write(frame(0x89 + random.nextInt(2), new byte[random.nextInt(126)]));
            case 13 -> sendIncompleteFrame();
            case 14 -> sendRandomBytes();
            case 15 -> sendManyRequests();
            default -> sendClose();
        }
    }

    /** Sends a message in one frame, in several frames, or in chunks. */
    private void sendMessage(byte[] message) throws IOException {
        switch (message.length > MAX_STATE_BYTES / 2 ? 2 : random.nextInt(4)) {
            case 0 -> sendFragments(message);
            case 1, 2 -> {
                for (byte[] chunk : messages.split(message, streams++)) {
                    socket.send(chunk);
                }
            }
            default -> socket.send(message);
        }
    }

    private void sendFragments(byte[] message) throws IOException {
        int first = random.nextInt(message.length + 1);
        socket.write(frame(0x02, Arrays.copyOf(message, first)));
        if (random.nextBoolean()) {
            socket.write(frame(0x89, new byte[3]));
        }
        socket.write(frame(0x80, Arrays.copyOfRange(message, first, message.length)));
    }

    /** Sends chunks with the last one missing, some of them twice, or of a corrupted message. */
    private void sendIncompleteChunks() throws IOException {
        List<byte[]> chunks = messages.split(random.nextBoolean() ? messages.mutated() : messages.example(), streams++);
        for (byte[] chunk : chunks.subList(0, chunks.size() - 1)) {
            socket.send(chunk);
            if (random.nextInt(4) == 0) {
                socket.send(chunk);
            }
        }
    }

    /** Sends a frame that announces more bytes than it has, so that later input becomes a part of it. */
    private void sendIncompleteFrame() throws IOException {
        broken = true;
        byte[] message = messages.example();
        if (random.nextInt(4) == 0) {
            socket.write(RawSocket.header(0x82, message.length + random.nextInt(5000)));
            socket.write(message);
        } else {
            socket.write(frame(random.nextBoolean() ? 0x02 : 0x00, message));
        }
    }

    private void sendRandomBytes() throws IOException {
        if (random.nextInt(4) == 0) {
            broken = true;
            byte[] bytes = new byte[1 + random.nextInt(200)];
            random.nextBytes(bytes);
            socket.write(bytes);
        }
    }

    /** Sends more requests than the server runs concurrently for one client; none of the contracts exists. */
    private void sendManyRequests() throws IOException {
        if (random.nextInt(4) == 0) {
            for (int i = 0; i < 100; i++) {
                Contract contract = LastWriterWins.named("missing " + random.nextInt(1000));
                socket.send(messages.encode(new ClientRequest.Subscribe(contract.id(), Optional.empty())));
            }
        }
    }

    private void sendClose() throws IOException {
        if (random.nextInt(6) == 0) {
            ClientRequest close = random.nextBoolean() || encoding == ClientEncoding.FLATBUFFERS
                    ? new ClientRequest.Disconnect(Optional.of("enough"))
                    : new ClientRequest.Close();
            socket.send(messages.encode(close));
        } else if (random.nextInt(6) == 0) {
            socket.write(frame(0x88, new byte[] {3, (byte) (0xe8 + random.nextInt(16))}));
        }
    }

    private void leave() {
        try {
            switch (random.nextInt(5)) {
                case 0 -> socket.reset();
                case 1 -> {
                    // The end of the stream also ends an incomplete frame.
                    socket.shutOutput();
                    broken = false;
                }
                case 2 -> socket.write(frame(0x88, new byte[0]));
                case 3 -> socket.send(messages.encode(new ClientRequest.Disconnect(Optional.empty())));
                default -> socket.close();
            }
        } catch (IOException closed) {
            // The connection is closed already.
            return;
        }
    }

    private static byte[] frame(int firstByte, byte[] payload) {
        byte[] head = RawSocket.header(firstByte, payload.length);
        byte[] frame = Arrays.copyOf(head, head.length + payload.length);
        System.arraycopy(payload, 0, frame, head.length, payload.length);
        return frame;
    }

    /** Returns a valid request, which has exactly one answer, possibly an error. */
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
                random.nextInt(1 << 20), new byte[large ? random.nextInt((int) MAX_STATE_BYTES) : random.nextInt(500)]);
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
