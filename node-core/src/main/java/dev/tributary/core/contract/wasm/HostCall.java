package dev.tributary.core.contract.wasm;

import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.TimeSource;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What the host does for a guest during one call. A guest that asks with wild pointers is not served, and goes on: that is
 * what the network's other nodes do.
 */
final class HostCall {

    /** The id with which a guest says that it does not know its own. */
    private static final long NOBODY = -1;

    /** The largest piece of randomness that is made at once. */
    private static final int RANDOM_CHUNK = 8192;

    private final ContractInstanceId contract;
    private final ContractLog log;
    private final TimeSource time;
    private final RandomGenerator random;
    private @Nullable GuestMemory memory;
    private @Nullable GuestBuffers buffers;
    private int logBytesLeft;

    HostCall(ContractInstanceId contract, ContractLog log, int logBytes, TimeSource time, RandomGenerator random) {
        this.contract = contract;
        this.log = log;
        this.logBytesLeft = logBytes;
        this.time = time;
        this.random = random;
    }

    /** Begins to serve the guest; before, while its start function runs, nothing is served. */
    void serve(GuestMemory memory, GuestBuffers buffers) {
        this.memory = memory;
        this.buffers = buffers;
    }

    int refill(long id, long buffer) {
        return buffers == null || id == NOBODY ? 0 : buffers.refill(buffer);
    }

    void log(long id, long address, int length) {
        GuestMemory from = reachable(id, address, Integer.toUnsignedLong(length));
        if (from == null || logBytesLeft < 0) {
            return;
        }
        if (Integer.toUnsignedLong(length) > logBytesLeft) {
            logBytesLeft = -1;
            log.line(contract, "(more was said than a call may log)");
            return;
        }
        logBytesLeft -= length;
        String line = new String(from.readBytes(address, length, "a log line"), StandardCharsets.UTF_8);
        log.line(contract, line.replaceAll("\\p{Cntrl}", " "));
    }

    void random(long id, long address, int length) {
        GuestMemory to = reachable(id, address, Integer.toUnsignedLong(length));
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
        GuestMemory to = reachable(id, address, GuestTime.SIZE);
        if (to != null) {
            to.write(address, GuestTime.encode(time.now()), GuestTime.SIZE, "the time");
        }
    }

    private @Nullable GuestMemory reachable(long id, long address, long length) {
        GuestMemory known = memory;
        return known != null && id != NOBODY && known.holds(address, length) ? known : null;
    }
}
