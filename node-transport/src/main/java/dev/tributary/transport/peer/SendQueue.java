package dev.tributary.transport.peer;

import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.limit.MemoryBudget;
import dev.tributary.core.limit.Permits;
import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.peer.Transfer;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TransactionId;
import dev.tributary.transport.wire.FrameWriter;
import dev.tributary.transport.wire.WireCodec;
import dev.tributary.transport.wire.WireLimits;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import reactor.util.concurrent.Queues;

/**
 * The bounded send queue of a link. Any thread adds messages; the link's event loop sends them while the socket is
 * writable: small messages in batches, and after each batch one chunk of a large message, in round-robin order. Brief
 * messages, such as most replies, are limited by their number only, and the last eighth of that limit is reserved for
 * them.
 */
final class SendQueue {

    // Maximum size of a batch in bytes: one TLS record, a larger batch would be split into records anyway.
    private static final int BATCH = 16 * 1024;

    // Number of queued bytes from which a peer must read at the least rate.
    private static final long BACKLOG = 256 * 1024;

    // Maximum size of a brief message in bytes: the longest refusal fits.
    private static final int BRIEF = 4 * 1024;

    // Bytes that a queued message has in memory beyond its size on the wire: objects, ids, and its place in the queue.
    private static final int OVERHEAD = 256;

    private final PeerChannel channel;
    private final PeerId peer;
    private final IntConsumer onSent;
    private final MemoryBudget.Account answers;
    private final MemoryBudget.Account briefAnswers;
    private final Queue<QueuedMessage> small =
            Queues.<QueuedMessage>unboundedMultiproducer().get();
    private final Queue<QueuedMessage> large =
            Queues.<QueuedMessage>unboundedMultiproducer().get();
    private final Permits messages;
    private final Permits bytes;
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final OutgoingTransfers transfers = new OutgoingTransfers();

    // Accessed on the event loop only:
    private final Queue<LargeStream> streams = new ArrayDeque<>();
    private final CongestionWindow window = new CongestionWindow(System::nanoTime);
    private int unreportedBytes;
    private boolean inputPaused;
    private long announcedBytes;
    private int lastStreamNumber;
    private long bytesWritten;
    private @Nullable QueuedMessage next;
    private @Nullable Runnable onDrained;
    private boolean closed;

    /**
     * Creates an empty queue.
     *
     * @param answers the memory of messages, shared with all links
     * @param briefAnswers the memory of brief messages, shared with all links
     * @param onSent called on the event loop with the number of message bytes that were written to the socket
     */
    SendQueue(
            PeerChannel channel,
            PeerId peer,
            PeerTransportConfig.SendLimits limits,
            MemoryBudget.Account answers,
            MemoryBudget.Account briefAnswers,
            IntConsumer onSent) {
        this.channel = channel;
        this.peer = peer;
        this.messages = new Permits(limits.queuedMessages());
        this.bytes = new Permits(Math.min(limits.queuedBytes(), answers.budget().perOwner()));
        this.answers = answers;
        this.briefAnswers = briefAnswers;
        this.onSent = onSent;
    }

    /**
     * Queues the message, or throws {@link NodeBusyException} if the queue is full. Any thread.
     *
     * @param size the message's {@link WireCodec#sizeOf}
     */
    void enqueue(PeerMessage message, int size) {
        boolean brief = size <= BRIEF;
        if (!bytes.tryAcquire(size, brief ? Long.MAX_VALUE : bytes.limit())) {
            throw new NodeBusyException("bytes queued for peer " + peer, (int) bytes.limit());
        }
        int limit = (int) (brief ? messages.limit() : messages.limit() - messages.limit() / 8);
        if (!messages.tryAcquire(1, limit)) {
            bytes.release(size);
            throw new NodeBusyException("messages queued for peer " + peer, limit);
        }
        MemoryBudget.Account memory = brief ? briefAnswers : answers;
        if (!memory.tryAcquire(size + OVERHEAD)) {
            bytes.release(size);
            if (messages.release(1) == 0) {
                // A queue that drains may have seen this message, and waits for its end.
                scheduleWrite();
            }
            throw new NodeBusyException(
                    "bytes queued for one peer, or " + memory.budget().total() + " for all",
                    (int) Math.min(Integer.MAX_VALUE, memory.budget().perOwner()));
        }
        QueuedMessage queued = new QueuedMessage(message, size);
        if (size <= WireLimits.SMALL_MESSAGE) {
            small.offer(queued);
        } else {
            transfers.onQueued(message.tx(), size);
            large.offer(queued);
        }
        scheduleWrite();
    }

    /** The large message of this transaction that the peer has not taken completely. Any thread. */
    Optional<Transfer> transfer(TransactionId tx) {
        return transfers.find(tx);
    }

    /** Drops the large message of this transaction if its first byte is not sent. Any thread. */
    void withdraw(TransactionId tx) {
        if (transfers.withdraw(tx)) {
            scheduleWrite();
        }
    }

    /** Returns whether the queue, or the share of its peer, is more than half full. Any thread. */
    boolean isHalfFull() {
        return bytes.used() > bytes.limit() / 2
                || messages.used() > messages.limit() / 2
                || isHalfFull(answers)
                || isHalfFull(briefAnswers);
    }

    private static boolean isHalfFull(MemoryBudget.Account memory) {
        return memory.held() > 0 && memory.heldByOwner() > memory.budget().perOwner() / 2;
    }

    /** Returns whether more bytes wait than a slow network has in flight. Any thread. */
    boolean hasBacklog() {
        return bytes.used() > BACKLOG;
    }

    /** Returns the number of message bytes written to the socket so far. Event loop only. */
    long bytesWritten() {
        return bytesWritten;
    }

    /** Schedules {@link #write()}, which will see all messages queued before this call: no wake-up is lost. */
    void scheduleWrite() {
        if (!scheduled.getAndSet(true)) {
            channel.runLater(this::write);
        }
    }

    private void write() {
        scheduled.set(false);
        long before = bytesWritten;
        boolean wrote = !closed && writeReport();
        boolean more = true;
        while (more && !closed && channel.isWritable()) {
            boolean batch = writeBatch();
            boolean chunk = writeChunk();
            more = batch || chunk;
            wrote |= more;
        }
        if (wrote) {
            channel.flush();
            onSent.accept((int) (bytesWritten - before));
        }
        if (onDrained != null && !closed && messages.used() == 0) {
            Runnable action = onDrained;
            close();
            action.run();
        }
    }

    private boolean writeBatch() {
        QueuedMessage message = nextSmall();
        if (message == null) {
            return false;
        }
        long frames = bytes.used() + messages.used() * FrameWriter.HEADER_SIZE;
        int capacity = FrameWriter.HEADER_SIZE + message.size;
        ByteBuf batch = channel.channel().alloc().ioBuffer((int) Math.max(capacity, Math.min(BATCH, frames)));
        int count = 0;
        int size = 0;
        int brief = 0;
        int others = 0;
        do {
            FrameWriter.message(message.message, message.size, batch);
            count++;
            size += message.size;
            brief += message.size <= BRIEF ? message.size + OVERHEAD : 0;
            others += message.size <= BRIEF ? 0 : message.size + OVERHEAD;
            next = null;
            message = nextSmall();
        } while (message != null && batch.readableBytes() + FrameWriter.HEADER_SIZE + message.size <= BATCH);
        channel.write(batch);
        bytesWritten += size;
        messages.release(count);
        bytes.release(size);
        briefAnswers.release(brief);
        answers.release(others);
        return true;
    }

    private @Nullable QueuedMessage nextSmall() {
        if (next == null) {
            next = small.poll();
        }
        return next;
    }

    private boolean writeChunk() {
        beginStreams();
        LargeStream stream = inputPaused || window.isOpen() ? streams.poll() : null;
        if (stream == null) {
            return false;
        }
        int length = Math.min(FrameWriter.chunkSize(), stream.rest.readableBytes());
        ByteBuf chunk = channel.channel().alloc().ioBuffer(length + 64);
        if (stream.rest.readerIndex() == 0) {
            FrameWriter.announceLarge(stream.number, stream.size, chunk);
        }
        FrameWriter.chunk(stream.number, length, chunk);
        chunk.writeBytes(stream.rest, length);
        channel.write(chunk);
        window.onSent(length);
        bytesWritten += length;
        bytes.release(length);
        transfers.onWritten(length);
        if (stream.rest.isReadable()) {
            streams.add(stream);
        } else {
            stream.rest.release();
            transfers.onLastWritten(stream.tx);
            announcedBytes -= stream.size;
            messages.release(1);
            // The whole message stays in memory until its last chunk is written.
            answers.release(stream.size + OVERHEAD);
        }
        return true;
    }

    /** Counts chunk bytes read from the peer, and reports them to it in batches. Event loop only. */
    void onChunkRead(int length) {
        boolean due = unreportedBytes < WireLimits.ACKNOWLEDGE_INTERVAL;
        unreportedBytes += length;
        if (due && unreportedBytes >= WireLimits.ACKNOWLEDGE_INTERVAL) {
            scheduleWrite();
        }
    }

    /** Handles the peer's report of chunk bytes read. Returns false if they exceed those sent. Event loop only. */
    boolean onAcknowledged(long length) {
        boolean possible = window.onAcknowledged(length);
        transfers.onTaken(length);
        scheduleWrite();
        return possible;
    }

    /**
     * Sets whether reading from the link is paused. The peer's reports are not received then, so large messages are
     * sent as fast as the socket accepts them. Event loop only.
     */
    void setInputPaused(boolean paused) {
        inputPaused = paused;
        if (paused && !streams.isEmpty()) {
            scheduleWrite();
        }
    }

    private boolean writeReport() {
        if (unreportedBytes < WireLimits.ACKNOWLEDGE_INTERVAL) {
            return false;
        }
        ByteBuf frame = channel.channel().alloc().ioBuffer(16);
        FrameWriter.acknowledge(unreportedBytes, frame);
        unreportedBytes = 0;
        channel.write(frame);
        return true;
    }

    /** Starts as many large messages as the protocol allows at once. */
    private void beginStreams() {
        while (streams.size() < WireLimits.MAX_LARGE_MESSAGES) {
            QueuedMessage message = large.peek();
            if (message == null || announcedBytes + message.size > WireLimits.MAX_LARGE_BYTES) {
                return;
            }
            large.remove();
            if (!transfers.begin(message.message.tx(), message.size)) {
                bytes.release(message.size);
                messages.release(1);
                answers.release(message.size + OVERHEAD);
                continue;
            }
            announcedBytes += message.size;
            streams.add(new LargeStream(
                    ++lastStreamNumber, message.message.tx(), message.size, WireCodec.wrap(message.message)));
        }
    }

    /** Runs the action once all queued messages are sent. Event loop only. */
    void drain(Runnable action) {
        onDrained = action;
        scheduleWrite();
    }

    /** Stops sending and drops all queued messages. Event loop only. */
    void close() {
        closed = true;
        streams.forEach(stream -> stream.rest.release());
        streams.clear();
        small.clear();
        large.clear();
        transfers.close();
        answers.close();
        briefAnswers.close();
    }

    private record QueuedMessage(PeerMessage message, int size) {}

    private record LargeStream(int number, TransactionId tx, int size, ByteBuf rest) {}
}
