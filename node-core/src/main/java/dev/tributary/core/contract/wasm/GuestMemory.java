package dev.tributary.core.contract.wasm;

import run.endive.runtime.Memory;

/** Bounds-checked access to a guest's memory, since the addresses come from the guest. */
final class GuestMemory {

    private static final int PAGE = 65_536;

    private final Memory memory;

    GuestMemory(Memory memory) {
        this.memory = memory;
    }

    long size() {
        return (long) memory.pages() * PAGE;
    }

    /** Grows the memory to at least this number of bytes, rounded up to whole pages as on the network's nodes. */
    void reserve(long bytes) {
        long missing = (bytes + PAGE - 1) / PAGE - memory.pages();
        if (missing > 0 && (missing > Integer.MAX_VALUE || memory.grow((int) missing) < 0)) {
            throw GuestFaultException.outOfMemory(bytes + " argument bytes exceed " + memory.maximumPages() + " pages");
        }
    }

    /** True if the range lies inside the memory. An address is 32 bits wide, although functions pass 64 bits. */
    boolean contains(long address, long length) {
        return address >= 0 && length >= 0 && address <= 0xffff_ffffL && length <= size() - address;
    }

    int readInt(long address, String what) {
        return memory.readInt(requireInside(address, Integer.BYTES, what));
    }

    long readLong(long address, String what) {
        return memory.readLong(requireInside(address, Long.BYTES, what));
    }

    byte[] readBytes(long address, int length, String what) {
        return memory.readBytes(requireInside(address, length, what), length);
    }

    void writeInt(long address, int value, String what) {
        memory.writeI32(requireInside(address, Integer.BYTES, what), value);
    }

    void write(long address, byte[] bytes, int length, String what) {
        memory.write(requireInside(address, length, what), bytes, 0, length);
    }

    private int requireInside(long address, long length, String what) {
        if (!contains(address, length)) {
            throw GuestFaultException.malformed(what + " at 0x" + Long.toHexString(address) + " with " + length
                    + " bytes is outside the memory of " + size() + " bytes");
        }
        return (int) address;
    }
}
