package dev.tributary.core.contract.wasm;

import run.endive.runtime.ByteArrayMemory;
import run.endive.runtime.Instance;
import run.endive.runtime.Memory;
import run.endive.runtime.alloc.MemAllocStrategy;
import run.endive.wasm.types.DataSegment;
import run.endive.wasm.types.MemoryLimits;

/**
 * The memory of one guest, which takes every page out of the budget of all running guests before it is allocated. The
 * functions for threads are deprecated by the engine, which still asks for them; so is its strategy of allocation, which
 * has no successor.
 */
@SuppressWarnings({"removal", "deprecation"})
final class MeteredMemory implements Memory {

    /** Part of the memory that is allocated beyond what is asked for, so that a guest which grows by pages copies little. */
    private static final int SPARE = 4;

    private final ByteArrayMemory pages;
    private final MemoryGauge.Guest guest;

    /** Bytes that are allocated, and were taken. */
    private long allocated;

    /** Throws {@link GuestFaultException} if the budget has no room for the initial pages. */
    MeteredMemory(MemoryLimits limits, MemoryGauge.Guest guest) {
        this.guest = guest;
        this.allocated = (long) limits.initialPages() * PAGE_SIZE;
        guest.take(allocated);
        this.pages = new ByteArrayMemory(limits, new Allocation());
    }

    /** The engine would allocate twice of what it had. */
    private final class Allocation implements MemAllocStrategy {

        @Override
        public int initial(int bytes) {
            return bytes;
        }

        @Override
        public int next(int current, int needed) {
            return (int) Math.max(needed, Math.min(Integer.MAX_VALUE, allocated));
        }
    }

    @Override
    public int grow(int count) {
        long room = (long) pages.maximumPages() - pages.pages();
        if (count < 0 || count > room) {
            return -1;
        }
        allocate(((long) pages.pages() + count) * PAGE_SIZE);
        return pages.grow(count);
    }

    private void allocate(long needed) {
        if (needed <= allocated) {
            return;
        }
        long spare = (allocated / SPARE / PAGE_SIZE) * PAGE_SIZE;
        long wanted = Math.min((long) pages.maximumPages() * PAGE_SIZE, allocated + spare);
        if (wanted > needed && guest.tryTake(wanted - allocated)) {
            allocated = wanted;
        } else {
            guest.take(needed - allocated);
            allocated = needed;
        }
    }

    @Override
    public int pages() {
        return pages.pages();
    }

    @Override
    public int initialPages() {
        return pages.initialPages();
    }

    @Override
    public int maximumPages() {
        return pages.maximumPages();
    }

    @Override
    public boolean shared() {
        return pages.shared();
    }

    @Override
    public Object lock(int address) {
        return pages.lock(address);
    }

    @Override
    public int waitOn(int address, int expected, long timeout) {
        return pages.waitOn(address, expected, timeout);
    }

    @Override
    public int waitOn(int address, long expected, long timeout) {
        return pages.waitOn(address, expected, timeout);
    }

    @Override
    public int notify(int address, int waiters) {
        return pages.notify(address, waiters);
    }

    @Override
    public void initialize(Instance instance, DataSegment[] segments) {
        pages.initialize(instance, segments);
    }

    @Override
    public void initPassiveSegment(int segment, int destination, int offset, int count) {
        pages.initPassiveSegment(segment, destination, offset, count);
    }

    @Override
    public void write(int address, byte[] data, int offset, int size) {
        pages.write(address, data, offset, size);
    }

    @Override
    public byte read(int address) {
        return pages.read(address);
    }

    @Override
    public byte[] readBytes(int address, int size) {
        return pages.readBytes(address, size);
    }

    @Override
    public void writeI32(int address, int value) {
        pages.writeI32(address, value);
    }

    @Override
    public int readInt(int address) {
        return pages.readInt(address);
    }

    @Override
    public void writeLong(int address, long value) {
        pages.writeLong(address, value);
    }

    @Override
    public long readLong(int address) {
        return pages.readLong(address);
    }

    @Override
    public void writeShort(int address, short value) {
        pages.writeShort(address, value);
    }

    @Override
    public short readShort(int address) {
        return pages.readShort(address);
    }

    @Override
    public long readU16(int address) {
        return pages.readU16(address);
    }

    @Override
    public void writeByte(int address, byte value) {
        pages.writeByte(address, value);
    }

    @Override
    public void writeF32(int address, float value) {
        pages.writeF32(address, value);
    }

    @Override
    public long readF32(int address) {
        return pages.readF32(address);
    }

    @Override
    public float readFloat(int address) {
        return pages.readFloat(address);
    }

    @Override
    public void writeF64(int address, double value) {
        pages.writeF64(address, value);
    }

    @Override
    public double readDouble(int address) {
        return pages.readDouble(address);
    }

    @Override
    public long readF64(int address) {
        return pages.readF64(address);
    }

    @Override
    public void zero() {
        pages.zero();
    }

    @Override
    public void fill(byte value, int from, int to) {
        pages.fill(value, from, to);
    }

    @Override
    public void drop(int segment) {
        pages.drop(segment);
    }

    @Override
    public void initialize(Instance instance, DataSegment[] segments, int index) {
        pages.initialize(instance, segments, index);
    }

    @Override
    public void copy(int destination, int source, int size) {
        pages.copy(destination, source, size);
    }
}
