package dev.tributary.core.contract.wasm;

import dev.tributary.core.error.ContractFailedException.Failure;
import dev.tributary.core.limit.Permits;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory of all guests that run now, with its budget: a guest fails that asks for more, before anything is
 * allocated. Guest memory never shrinks, so it is given back at the end of a call.
 */
final class MemoryGauge {

    private final Permits bytes;
    private final AtomicLong peak = new AtomicLong();

    /** A gauge with this budget in bytes. */
    MemoryGauge(Permits budget) {
        this.bytes = budget;
    }

    /** The memory of one call. Used by one thread. */
    final class Guest implements AutoCloseable {

        private long taken;

        /** Takes memory; throws {@link GuestFaultException} if the budget of all guests has no room for it. */
        void take(long more) {
            if (!tryTake(more)) {
                throw new GuestFaultException(
                        Failure.OUT_OF_MEMORY,
                        "it asks for " + more + " bytes of memory; contracts that run now have " + bytes.used()
                                + ", and " + bytes.limit() + " are allowed for all");
            }
        }

        /** Takes memory if the budget of all guests has room for it. */
        boolean tryTake(long more) {
            if (!bytes.tryAcquire(more)) {
                return false;
            }
            taken += more;
            peak.accumulateAndGet(bytes.used(), Math::max);
            return true;
        }

        @Override
        public void close() {
            bytes.release(taken);
            taken = 0;
        }
    }

    /** Starts to count the memory of a call. */
    Guest open() {
        return new Guest();
    }

    /** Memory of all running guests now, in bytes. */
    long bytes() {
        return bytes.used();
    }

    /** Maximum of {@link #bytes()} so far. */
    long peak() {
        return peak.get();
    }
}
