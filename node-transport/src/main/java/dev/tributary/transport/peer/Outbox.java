package dev.tributary.transport.peer;

import dev.tributary.core.message.PeerMessage;
import dev.tributary.transport.wire.FrameWriter;
import dev.tributary.transport.wire.WireCodec;
import dev.tributary.transport.wire.WireLimits;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import reactor.util.concurrent.Queues;

/**
 * What waits to be sent on a link, within bounds. Any thread puts messages in; the link's event loop takes them out, as
 * many as the socket admits at a time: small messages in batches, and after each batch one chunk of one of the large
 * messages, which take turns.
 */
final class Outbox {

    // One TLS record: a fuller batch would be split into records anyway.
    private static final int BATCH = 16 * 1024;

    private final PeerChannel channel;
    private final int messageLimit;
    private final long byteLimit;
    private final Runnable sent;
    private final Queue<Parcel> small = Queues.<Parcel>unboundedMultiproducer().get();
    private final Queue<Parcel> large = Queues.<Parcel>unboundedMultiproducer().get();
    private final AtomicInteger messages = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicBoolean scheduled = new AtomicBoolean();

    // From here on: the event loop's own.
    private final Queue<Stream> streams = new ArrayDeque<>();
    private final Window window = new Window(System::nanoTime);
    private int unreported;
    private boolean deaf;
    private long announced;
    private int lastStream;
    private @Nullable Parcel next;
    private @Nullable Runnable whenEmpty;
    private boolean closed;

    /** @param sent called on the event loop after something was given to the socket */
    Outbox(PeerChannel channel, int messageLimit, long byteLimit, Runnable sent) {
        this.channel = channel;
        this.messageLimit = messageLimit;
        this.byteLimit = byteLimit;
        this.sent = sent;
    }

    /**
     * Takes the message if there is room. Any thread.
     *
     * @param size the message's {@link WireCodec#sizeOf}
     * @return whether there was room
     */
    boolean offer(PeerMessage message, int size) {
        if (messages.incrementAndGet() > messageLimit || bytes.addAndGet(size) > byteLimit) {
            return false;
        }
        (size <= WireLimits.SMALL_MESSAGE ? small : large).offer(new Parcel(message, size));
        wake();
        return true;
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
        long frames = bytes.get() + (long) messages.get() * FrameWriter.HEADER;
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
