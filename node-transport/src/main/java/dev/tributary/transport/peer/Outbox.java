package dev.tributary.transport.peer;

import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.value.PeerId;
import dev.tributary.transport.wire.FrameWriter;
import dev.tributary.transport.wire.WireCodec;
import dev.tributary.transport.wire.WireLimits;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import reactor.util.concurrent.Queues;

/**
 * What waits to be sent on a link, within bounds. Any thread puts messages in; the link's event loop takes them out, as
 * many as the socket admits at a time: small messages in batches, and after each batch one chunk of one of the large
 * messages, which take turns. What fills the queue is payload: brief messages, such as most replies, are bounded by
 * their number alone, of which the last eighth is kept for them.
 */
final class Outbox {

    // One TLS record: a fuller batch would be split into records anyway.
    private static final int BATCH = 16 * 1024;

    // The longest refusal fits.
    private static final int BRIEF = 4 * 1024;

    private final PeerChannel channel;
    private final PeerId peer;
    private final int messageLimit;
    private final int byteLimit;
    private final Runnable sent;
    private final Queue<Parcel> small = Queues.<Parcel>unboundedMultiproducer().get();
    private final Queue<Parcel> large = Queues.<Parcel>unboundedMultiproducer().get();
    private final AtomicLong messages = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicBoolean scheduled = new AtomicBoolean();

    // From here on: the event loop's own.
    private final Queue<Stream> streams = new ArrayDeque<>();
    private final Window window = new Window(System::nanoTime);
    private int unreported;
    private boolean deaf;
    private long announced;
    private int lastStream;
    private long given;
    private @Nullable Parcel next;
    private @Nullable Runnable whenEmpty;
    private boolean closed;

    /** @param sent called on the event loop after something was given to the socket */
    Outbox(PeerChannel channel, PeerId peer, PeerTransportConfig config, Runnable sent) {
        this.channel = channel;
        this.peer = peer;
        this.messageLimit = config.queuedMessages();
        this.byteLimit = config.queuedBytes();
        this.sent = sent;
    }

    /**
     * Takes the message, or throws {@link NodeBusyException} if there is no room for it. Any thread.
     *
     * @param size the message's {@link WireCodec#sizeOf}
     */
    void put(PeerMessage message, int size) {
        boolean brief = size <= BRIEF;
        if (!take(bytes, size, brief ? Long.MAX_VALUE : byteLimit)) {
            throw new NodeBusyException("bytes queued for peer " + peer, byteLimit);
        }
        int most = brief ? messageLimit : messageLimit - messageLimit / 8;
        if (!take(messages, 1, most)) {
            bytes.addAndGet(-size);
            throw new NodeBusyException("messages queued for peer " + peer, most);
        }
        (size <= WireLimits.SMALL_MESSAGE ? small : large).offer(new Parcel(message, size));
        wake();
    }

    private static boolean take(AtomicLong taken, long amount, long most) {
        return taken.getAndUpdate(now -> now + amount <= most ? now + amount : now) + amount <= most;
    }

    /** Whether more than half of the room is taken. Any thread. */
    boolean crowded() {
        return bytes.get() > byteLimit / 2 || messages.get() > messageLimit / 2;
    }

    /** How many bytes of messages the socket was given so far. Event loop. */
    long given() {
        return given;
    }

    /** Sees to it that {@link #write()} runs soon. What was offered before is seen by it: no wake-up is lost. */
    void wake() {
        if (!scheduled.getAndSet(true)) {
            channel.runLater(this::write);
        }
    }

    private void write() {
        scheduled.set(false);
        boolean wrote = !closed && report();
        boolean more = true;
        while (more && !closed && channel.roomy()) {
            boolean batch = writeBatch();
            boolean chunk = writeChunk();
            more = batch || chunk;
            wrote |= more;
        }
        if (wrote) {
            channel.flush();
            sent.run();
        }
        if (whenEmpty != null && !closed && messages.get() == 0) {
            Runnable then = whenEmpty;
            close();
            then.run();
        }
    }

    private boolean writeBatch() {
        Parcel parcel = nextSmall();
        if (parcel == null) {
            return false;
        }
        long frames = bytes.get() + messages.get() * FrameWriter.HEADER;
        int room = FrameWriter.HEADER + parcel.size;
        ByteBuf batch = channel.channel().alloc().ioBuffer((int) Math.max(room, Math.min(BATCH, frames)));
        int count = 0;
        int size = 0;
        do {
            FrameWriter.message(parcel.message, parcel.size, batch);
            count++;
            size += parcel.size;
            next = null;
            parcel = nextSmall();
        } while (parcel != null && batch.readableBytes() + FrameWriter.HEADER + parcel.size <= BATCH);
        channel.write(batch);
        given += size;
        messages.addAndGet(-count);
        bytes.addAndGet(-size);
        return true;
    }

    private @Nullable Parcel nextSmall() {
        if (next == null) {
            next = small.poll();
        }
        return next;
    }

    private boolean writeChunk() {
        beginStreams();
        Stream stream = deaf || window.open() ? streams.poll() : null;
        if (stream == null) {
            return false;
        }
        int length = Math.min(FrameWriter.chunkSize(), stream.rest.readableBytes());
        ByteBuf chunk = channel.channel().alloc().ioBuffer(length + 64);
        if (stream.rest.readerIndex() == 0) {
            FrameWriter.large(stream.number, stream.size, chunk);
        }
        FrameWriter.chunk(stream.number, length, chunk);
        chunk.writeBytes(stream.rest, length);
        channel.write(chunk);
        window.sent(length);
        given += length;
        bytes.addAndGet(-length);
        if (stream.rest.isReadable()) {
            streams.add(stream);
        } else {
            stream.rest.release();
            announced -= stream.size;
            messages.decrementAndGet();
        }
        return true;
    }

    /** Chunks of the peer were read, which it is told of now and then. Event loop. */
    void chunkRead(int length) {
        boolean due = unreported < WireLimits.REPORT;
        unreported += length;
        if (due && unreported >= WireLimits.REPORT) {
            wake();
        }
    }

    /** The peer has read so much of our chunks. Returns false if it cannot have. Event loop. */
    boolean chunksReceived(long length) {
        boolean possible = window.received(length);
        wake();
        return possible;
    }

    /**
     * Whether the link reads nothing just now. It cannot hear what the peer reports then, and large messages are sent as
     * fast as the socket takes them. Event loop.
     */
    void deaf(boolean now) {
        deaf = now;
        if (now && !streams.isEmpty()) {
            wake();
        }
    }

    private boolean report() {
        if (unreported < WireLimits.REPORT) {
            return false;
        }
        ByteBuf frame = channel.channel().alloc().ioBuffer(16);
        FrameWriter.received(unreported, frame);
        unreported = 0;
        channel.write(frame);
        return true;
    }

    /** Begins as many large messages as the peer admits at once. */
    private void beginStreams() {
        while (streams.size() < WireLimits.LARGE_AT_ONCE) {
            Parcel parcel = large.peek();
            if (parcel == null || announced + parcel.size > WireLimits.LARGE_BYTES_AT_ONCE) {
                return;
            }
            large.remove();
            announced += parcel.size;
            streams.add(new Stream(++lastStream, parcel.size, WireCodec.wrap(parcel.message)));
        }
    }

    /** Runs the action when all that waits is sent. Event loop. */
    void finish(Runnable then) {
        whenEmpty = then;
        wake();
    }

    /** Sends nothing more and forgets what waits. Event loop. */
    void close() {
        closed = true;
        streams.forEach(stream -> stream.rest.release());
        streams.clear();
        small.clear();
        large.clear();
    }

    private record Parcel(PeerMessage message, int size) {}

    private record Stream(int number, int size, ByteBuf rest) {}
}
