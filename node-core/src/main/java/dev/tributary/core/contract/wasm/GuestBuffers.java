package dev.tributary.core.contract.wasm;

import java.util.HashMap;
import java.util.Map;

/**
 * The buffers through which a guest gets its arguments. There are two generations of guests: plain ones get an argument
 * whole, streaming ones get a window with the length in front and call back to have it refilled.
 */
final class GuestBuffers {

    /** The largest window; the network's number, on which the guests' heap layout depends. */
    private static final int WINDOW = 65_536;

    private static final int CHUNK = 65_536;
    private static final int CAPACITY_AT = 8;
    private static final int LAST_READ_AT = 16;
    private static final int LAST_WRITE_AT = 24;

    /** Asks the guest for a buffer; answers the address of its description. */
    @FunctionalInterface
    interface Allocator {
        long allocate(int capacity);
    }

    private final GuestMemory memory;
    private final Allocator allocator;
    private final boolean streaming;
    private final Map<Long, GuestInput> unread = new HashMap<>();

    GuestBuffers(GuestMemory memory, Allocator allocator, boolean streaming) {
        this.memory = memory;
        this.allocator = allocator;
        this.streaming = streaming;
    }

    /** Hands an argument over and answers the address to call the guest with. */
    long pass(GuestInput input) {
        return streaming ? passWindow(input) : passWhole(input);
    }

    /** Refills the window at this address; 0 if there is nothing left, or nothing known of it. */
    int refill(long buffer) {
        GuestInput rest = unread.get(buffer);
        if (rest == null) {
            return 0;
        }
        int written = copy(rest, start(buffer), capacity(buffer));
        memory.writeInt(memory.readLong(buffer + LAST_READ_AT, "a buffer"), 0, "a buffer's read mark");
        memory.writeInt(memory.readLong(buffer + LAST_WRITE_AT, "a buffer"), written, "a buffer's write mark");
        if (written == 0) {
            unread.remove(buffer);
        }
        return written;
    }

    private long passWhole(GuestInput input) {
        int length = input.length();
        long buffer = allocator.allocate(length);
        if (length > 0) {
            requireCapacity(buffer, length);
            copy(input, start(buffer), length);
            memory.writeInt(memory.readLong(buffer + LAST_WRITE_AT, "a buffer"), length, "a buffer's write mark");
        }
        return buffer;
    }

    private long passWindow(GuestInput input) {
        int window = (int) Math.min(WINDOW, (long) input.length() + Integer.BYTES);
        long buffer = allocator.allocate(window);
        requireCapacity(buffer, window);
        long start = start(buffer);
        memory.writeInt(start, input.length(), "a buffer");
        int written = copy(input, start + Integer.BYTES, window - Integer.BYTES);
        memory.writeInt(
                memory.readLong(buffer + LAST_WRITE_AT, "a buffer"), written + Integer.BYTES, "a buffer's write mark");
        unread.put(buffer, input);
        return buffer;
    }

    private int copy(GuestInput input, long target, int most) {
        byte[] chunk = new byte[Math.min(CHUNK, most)];
        int copied = 0;
        while (copied < most) {
            int step = input.read(chunk, Math.min(chunk.length, most - copied));
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
        int capacity = memory.readInt(buffer + CAPACITY_AT, "a buffer");
        if (capacity < 0) {
            throw GuestFault.malformed("a buffer claims to hold " + Integer.toUnsignedString(capacity) + " bytes");
        }
        return capacity;
    }

    private void requireCapacity(long buffer, int needed) {
        if (capacity(buffer) < needed) {
            throw GuestFault.malformed(
                    "a buffer of " + capacity(buffer) + " bytes was given where " + needed + " were asked for");
        }
    }
}
