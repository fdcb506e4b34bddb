package dev.tributary.core.contract.wasm;

import java.util.HashMap;
import java.util.Map;

/**
 * Passes arguments to a guest through buffers in its memory. There are two generations of guests: a plain guest gets
 * each argument whole; a streaming guest gets a window that starts with the length, and calls the host to refill it.
 */
final class GuestBuffers {

    /** Maximum size of a window in bytes: the network's value, since the heap layout of guests depends on it. */
    private static final int MAX_WINDOW = 65_536;

    private static final int CHUNK = 65_536;
    private static final int CAPACITY_OFFSET = 8;
    private static final int LAST_READ_OFFSET = 16;
    private static final int LAST_WRITE_OFFSET = 24;

    /** Lets the guest allocate a buffer; returns the address of the buffer's descriptor. */
    @FunctionalInterface
    interface Allocator {
        long allocate(int capacity);
    }

    private final GuestMemory memory;
    private final Allocator allocator;
    private final boolean streaming;
    private final Map<Long, GuestInput> windows = new HashMap<>();

    GuestBuffers(GuestMemory memory, Allocator allocator, boolean streaming) {
        this.memory = memory;
        this.allocator = allocator;
        this.streaming = streaming;
    }

    /** Writes an argument to a new buffer and returns the buffer's address, to pass to the guest function. */
    long write(GuestInput input) {
        return streaming ? passWindow(input) : passWhole(input);
    }

    /** Refills the window at this address and returns the number of bytes; 0 at the end, or for an unknown address. */
    int refill(long buffer) {
        GuestInput input = windows.get(buffer);
        if (input == null) {
            return 0;
        }
        int written = copy(input, start(buffer), capacity(buffer));
        memory.writeInt(memory.readLong(buffer + LAST_READ_OFFSET, "a buffer"), 0, "a buffer's read mark");
        memory.writeInt(memory.readLong(buffer + LAST_WRITE_OFFSET, "a buffer"), written, "a buffer's write mark");
        if (written == 0) {
            windows.remove(buffer);
        }
        return written;
    }

    private long passWhole(GuestInput input) {
        int length = input.length();
        long buffer = allocator.allocate(length);
        if (length > 0) {
            requireCapacity(buffer, length);
            copy(input, start(buffer), length);
            memory.writeInt(memory.readLong(buffer + LAST_WRITE_OFFSET, "a buffer"), length, "a buffer's write mark");
        }
        return buffer;
    }

    private long passWindow(GuestInput input) {
        int window = (int) Math.min(MAX_WINDOW, (long) input.length() + Integer.BYTES);
        long buffer = allocator.allocate(window);
        requireCapacity(buffer, window);
        long start = start(buffer);
        memory.writeInt(start, input.length(), "a buffer");
        int written = copy(input, start + Integer.BYTES, window - Integer.BYTES);
        memory.writeInt(
                memory.readLong(buffer + LAST_WRITE_OFFSET, "a buffer"),
                written + Integer.BYTES,
                "a buffer's write mark");
        windows.put(buffer, input);
        return buffer;
    }

    private int copy(GuestInput input, long target, int limit) {
        byte[] chunk = new byte[Math.min(CHUNK, limit)];
        int copied = 0;
        while (copied < limit) {
            int step = input.read(chunk, Math.min(chunk.length, limit - copied));
            if (step == 0) {
                break;
            }
            memory.write(target + copied, chunk, step, "a buffer's data");
            copied += step;
        }
        return copied;
    }

    private long start(long buffer) {
        return memory.readLong(buffer, "a buffer");
    }

    private int capacity(long buffer) {
        int capacity = memory.readInt(buffer + CAPACITY_OFFSET, "a buffer");
        if (capacity < 0) {
            throw GuestFaultException.malformed(
                    "a buffer has the invalid capacity " + Integer.toUnsignedString(capacity));
        }
        return capacity;
    }

    private void requireCapacity(long buffer, int needed) {
        if (capacity(buffer) < needed) {
            throw GuestFaultException.malformed(
                    "a buffer of " + capacity(buffer) + " bytes was allocated where " + needed + " were requested");
        }
    }
}
