package dev.tributary.core.contract.wasm;

import dev.tributary.core.contract.CallClass;
import dev.tributary.core.error.ContractUnsupportedException;
import dev.tributary.core.error.ContractUnsupportedException.Excess;
import dev.tributary.core.error.FatalErrors;
import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.limit.BoundedMap;
import dev.tributary.core.limit.MemoryPlan;
import dev.tributary.core.limit.MemoryUse;
import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.ContractCode;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * An LRU cache of loaded modules by code hash, with a budget in bytes, and one of the bytes on the heap. Concurrent requests for a module share one load;
 * the failure of a module that cannot be run is cached too, and that of a module which costs too much is remembered
 * apart, so that other modules do not evict it.
 */
final class ModuleCache {

    /** Estimated size of a cached failure, in bytes. */
    private static final long FAILURE_BYTES = 1024;

    private static final LoadedModule.Size OF_A_FAILURE = new LoadedModule.Size(FAILURE_BYTES, FAILURE_BYTES);

    private static final LoadedModule.Size PENDING = new LoadedModule.Size(0, 0);

    /** Maximum number of remembered modules that cost too much; beyond it the one asked for longest ago is forgotten. */
    private static final int MAX_COSTLY = 4096;

    private static final Logger log = LoggerFactory.getLogger(ModuleCache.class);

    private final ModuleLoader loader;
    private final CompilerThreads threads;
    private final Watchdog watchdog;
    private final WasmLimits limits;
    private final BoundedMap<CodeHash, ContractUnsupportedException> costly = BoundedMap.leastRecentlyUsed(MAX_COSTLY);
    private final Map<CodeHash, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
    private final long maxHeapBytes = MemoryPlan.ofThisProcess().bytes(MemoryUse.MODULES);
    private long bytes;
    private long heapBytes;
    private long loads;

    /** A module or its pending load; the size is zero until the load has finished. */
    private static final class Entry {
        private final Sinks.One<LoadedModule> module = Sinks.one();
        private LoadedModule.Size size = PENDING;

        /** Number of callers that wait for the load. */
        private int callers;

        /** The load while it waits or runs; null before and, if it was refused, for ever. */
        private volatile CompilerThreads.@Nullable Load load;

        private volatile boolean isDone;

        void complete(LoadedModule loaded) {
            isDone = true;
            module.tryEmitValue(loaded);
        }

        void fail(Throwable reason) {
            isDone = true;
            module.tryEmitError(reason);
        }
    }

    ModuleCache(ModuleLoader loader, CompilerThreads threads, Watchdog watchdog, WasmLimits limits) {
        this.loader = loader;
        this.threads = threads;
        this.watchdog = watchdog;
        this.limits = limits;
    }

    /**
     * Emits the module of the code, loading it if necessary, before the loads that lower classes wait for; on the thread
     * that loads it. Errors with {@link ContractUnsupportedException} if the module cannot be run, {@link NodeBusyException}
     * if the queue is full. When all callers of a load have cancelled before it began, it leaves the queue, and its code
     * the memory: the callers account for that memory.
     */
    Mono<LoadedModule> module(ContractCode code, CallClass callClass) {
        return Mono.defer(() -> {
            Entry entry = entry(code, callClass);
            return entry.module.asMono().doOnCancel(() -> leave(code.hash(), entry));
        });
    }

    private Entry entry(ContractCode code, CallClass callClass) {
        Entry entry;
        synchronized (this) {
            ContractUnsupportedException refused = costly.get(code.hash());
            if (refused != null) {
                throw refused;
            }
            Entry known = entries.get(code.hash());
            if (known != null) {
                known.callers++;
                raise(known, callClass);
                return known;
            }
            entry = new Entry();
            entry.callers++;
            entries.put(code.hash(), entry);
        }
        try {
            entry.load = threads.execute(callClass, () -> load(code, entry));
        } catch (RejectedExecutionException rejected) {
            remove(code.hash(), entry);
            entry.fail(new NodeBusyException(
                    "modules to compile", limits.compiler().queuedModules()));
        }
        return entry;
    }

    private synchronized void leave(CodeHash hash, Entry entry) {
        CompilerThreads.Load load = entry.load;
        if (--entry.callers == 0 && load != null && threads.withdraw(load)) {
            entries.remove(hash, entry);
        }
    }

    private void raise(Entry entry, CallClass callClass) {
        CompilerThreads.Load load = entry.load;
        if (load != null && !entry.isDone) {
            threads.raise(load, callClass);
        }
    }

    synchronized ModuleUsage usage() {
        return new ModuleUsage(entries.size(), bytes, loads);
    }

    private void load(ContractCode code, Entry entry) {
        LoadWatch watch = new LoadWatch(limits.loading(), excess -> giveUp(code, entry, excess));
        watchdog.add(watch);
        try {
            LoadedModule module = loader.load(code, watch);
            if (watch.end()) {
                store(entry, module.size());
                entry.complete(module);
            }
        } catch (UnsupportedModuleException fault) {
            if (watch.end()) {
                fail(code, entry, fault);
            }
        } catch (NodeBusyException busy) {
            remove(code.hash(), entry);
            entry.fail(busy);
        } catch (Throwable unexpected) {
            FatalErrors.report(unexpected);
            // The pending calls must fail too; a failure that the module did not cause is not cached.
            remove(code.hash(), entry);
            entry.fail(new ContractUnsupportedException(code.hash(), "loading it failed: " + unexpected));
        } finally {
            watchdog.remove(watch);
            if (!watch.end()) {
                threads.onGivenUpEnd();
            }
        }
    }

    private void fail(ContractCode code, Entry entry, UnsupportedModuleException fault) {
        Excess excess = fault.excess();
        if (excess != null) {
            remember(code, entry, excess);
            return;
        }
        store(entry, OF_A_FAILURE);
        entry.fail(new ContractUnsupportedException(code.hash(), fault.detail()));
    }

    /** Fails a load that runs over a budget, and leaves its thread behind. */
    private void giveUp(ContractCode code, Entry entry, Excess excess) {
        threads.replaceOne();
        remember(code, entry, excess);
    }

    private void remember(ContractCode code, Entry entry, Excess excess) {
        ContractUnsupportedException refused = ContractUnsupportedException.tooCostly(code.hash(), excess);
        synchronized (this) {
            loads++;
            costly.put(code.hash(), refused);
            entries.remove(code.hash(), entry);
        }
        log.debug("module costs too much code={} reason={}", code.hash(), refused.reason());
        entry.fail(refused);
    }

    private synchronized void store(Entry entry, LoadedModule.Size size) {
        loads++;
        entry.size = size;
        bytes += size.bytes();
        heapBytes += size.heapBytes();
        Iterator<Entry> leastRecentlyUsed = entries.values().iterator();
        while ((bytes > limits.compiler().cacheBytes() || heapBytes > maxHeapBytes) && leastRecentlyUsed.hasNext()) {
            Entry candidate = leastRecentlyUsed.next();
            if (candidate != entry && !candidate.size.equals(PENDING)) {
                bytes -= candidate.size.bytes();
                heapBytes -= candidate.size.heapBytes();
                leastRecentlyUsed.remove();
            }
        }
    }

    private synchronized void remove(CodeHash hash, Entry entry) {
        entries.remove(hash, entry);
    }
}
