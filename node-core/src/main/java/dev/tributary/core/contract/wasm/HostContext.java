package dev.tributary.core.contract.wasm;

import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.TimeSource;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Implements the host functions for one guest call. A request with invalid pointers is ignored and the guest continues,
 * as on the network's other nodes.
 */
final class HostContext {

    /** Call id of a guest that does not know its own. */
    private static final long UNKNOWN_CALL = -1;

    /** Maximum number of random bytes that are generated at once. */
    private static final int RANDOM_CHUNK = 8192;

    private final ContractInstanceId contract;
    private final ContractLog log;
    private final TimeSource time;
    private final RandomGenerator random;
    private @Nullable GuestMemory memory;
    private @Nullable GuestBuffers buffers;
    private int logBytesLeft;

    HostContext(ContractInstanceId contract, ContractLog log, int logBytes, TimeSource time, RandomGenerator random) {
        this.contract = contract;
        this.log = log;
        this.logBytesLeft = logBytes;
        this.time = time;
        this.random = random;
    }

    /** Attaches the guest's memory and buffers. Before, while the start function runs, all requests are ignored. */
    void attach(GuestMemory memory, GuestBuffers buffers) {
        this.memory = memory;
        this.buffers = buffers;
    }

    int refill(long id, long buffer) {
        return buffers == null || id == UNKNOWN_CALL ? 0 : buffers.refill(buffer);
    }

    void log(long id, long address, int length) {
        GuestMemory from = reachableMemory(id, address, Integer.toUnsignedLong(length));
        if (from == null || logBytesLeft < 0) {
            return;
        }
        if (Integer.toUnsignedLong(length) > logBytesLeft) {
            logBytesLeft = -1;
            log.append(contract, "(log limit of the call exceeded)");
            return;
        }
        logBytesLeft -= length;
        String line = new String(from.readBytes(address, length, "a log line"), StandardCharsets.UTF_8);
        log.append(contract, line.replaceAll("\\p{Cntrl}", " "));
    }

    void random(long id, long address, int length) {
        GuestMemory to = reachableMemory(id, address, Integer.toUnsignedLong(length));
        if (to == null) {
            return;
        }
        byte[] chunk = new byte[Math.min(RANDOM_CHUNK, length)];
        for (int done = 0; done < length; done += chunk.length) {
            random.nextBytes(chunk);
            to.write(address + done, chunk, Math.min(chunk.length, length - done), "random bytes");
        }
    }

    void time(long id, long address) {
        GuestMemory to = reachableMemory(id, address, GuestTime.SIZE);
        if (to != null) {
            to.write(address, GuestTime.encode(time.now()), GuestTime.SIZE, "the time");
        }
    }

    private @Nullable GuestMemory reachableMemory(long id, long address, long length) {
        GuestMemory attached = memory;
        return attached != null && id != UNKNOWN_CALL && attached.contains(address, length) ? attached : null;
    }
}
