package dev.tributary.core.contract.wasm;

import dev.tributary.core.error.ContractFailedException.Failure;
import run.endive.runtime.Memory;

/** A guest's memory, in which every address is one that the guest gave: it is checked before it is used. */
final class GuestMemory {

    private static final int PAGE = 65_536;

    private final Memory memory;

    GuestMemory(Memory memory) {
        this.memory = memory;
    }

    long size() {
        return (long) memory.pages() * PAGE;
    }

    /** Grows by what is missing to hold this many bytes at least, page by page as the network's nodes count them. */
    void reserve(long bytes) {
        long missing = (bytes + PAGE - 1) / PAGE - memory.pages();
        if (missing > 0 && (missing > Integer.MAX_VALUE || memory.grow((int) missing) < 0)) {
            throw new GuestFault(
                    Failure.OUT_OF_MEMORY,
                    bytes + " bytes of arguments do not fit into " + memory.maximumPages() + " pages");
        }
    }

    /** Whether the range lies inside. An address is 32 bits wide, whatever type it comes in. */
    boolean holds(long address, long length) {
        return address >= 0 && length >= 0 && address <= 0xffff_ffffL && length <= size() - address;
    }

    int readInt(long address, String what) {
        return memory.readInt(inside(address, Integer.BYTES, what));
    }

    long readLong(long address, String what) {
        return memory.readLong(inside(address, Long.BYTES, what));
    }

    byte[] readBytes(long address, int length, String what) {
        return memory.readBytes(inside(address, length, what), length);
    }

    void writeInt(long address, int value, String what) {
        memory.writeI32(inside(address, Integer.BYTES, what), value);
    }

    void write(long address, byte[] bytes, int length, String what) {
        memory.write(inside(address, length, what), bytes, 0, length);
    }

    private int inside(long address, long length, String what) {
        if (!holds(address, length)) {
            throw GuestFault.malformed(what + " at 0x" + Long.toHexString(address) + " with " + length
                    + " bytes is outside the memory of " + size() + " bytes");
        }
        return (int) address;
    }
}
