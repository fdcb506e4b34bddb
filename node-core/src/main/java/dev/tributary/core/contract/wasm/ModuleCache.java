package dev.tributary.core.contract.wasm;

import dev.tributary.core.error.ContractUnsupportedException;
import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.ContractCode;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * An LRU cache of loaded modules by code hash, with a budget in bytes. Concurrent requests for a module share one load;
 * the failure of a module that cannot be run is cached too.
 */
final class ModuleCache {

    /** Estimated size of a cached failure, in bytes. */
    private static final long FAILURE_BYTES = 1024;

    private final ModuleLoader loader;
    private final Executor threads;
    private final WasmLimits limits;
    private final Map<CodeHash, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;
    private long loads;

    /** A module or its pending load; {@code bytes} is zero until the load has finished. */
    private static final class Entry {
        private final CompletableFuture<LoadedModule> module = new CompletableFuture<>();
        private long bytes;
    }

    ModuleCache(ModuleLoader loader, Executor threads, WasmLimits limits) {
        this.loader = loader;
        this.threads = threads;
        this.limits = limits;
    }

    /**
     * Returns the module of the code, loading it if necessary. The future is shared and must not be cancelled. Fails
     * with {@link ContractUnsupportedException} if the module cannot be run, {@link NodeBusyException} if the queue is
     * full.
     */
    CompletableFuture<LoadedModule> get(ContractCode code) {
        Entry entry;
        synchronized (this) {
            Entry known = entries.get(code.hash());
            if (known != null) {
                return known.module;
            }
            entry = new Entry();
            entries.put(code.hash(), entry);
        }
        try {
            threads.execute(() -> load(code, entry));
        } catch (RejectedExecutionException rejected) {
            remove(code.hash(), entry);
            entry.module.completeExceptionally(new NodeBusyException(
                    "modules to compile", limits.compiler().queuedModules()));
        }
        return entry.module;
    }

    synchronized ModuleUsage usage() {
        return new ModuleUsage(entries.size(), bytes, loads);
    }

    private void load(ContractCode code, Entry entry) {
        try {
            LoadedModule module = loader.load(code);
            store(entry, module.bytes());
            entry.module.complete(module);
        } catch (UnsupportedModuleException fault) {
            store(entry, FAILURE_BYTES);
            entry.module.completeExceptionally(new ContractUnsupportedException(code.hash(), fault.detail()));
        } catch (Throwable unexpected) {
            // The pending calls must fail too; a failure that the module did not cause is not cached.
            remove(code.hash(), entry);
            entry.module.completeExceptionally(
                    new ContractUnsupportedException(code.hash(), "loading it failed: " + unexpected));
        }
    }

    private synchronized void store(Entry entry, long size) {
        loads++;
        entry.bytes = size;
        bytes += size;
        Iterator<Entry> leastRecentlyUsed = entries.values().iterator();
        while (bytes > limits.compiler().cacheBytes() && leastRecentlyUsed.hasNext()) {
            Entry candidate = leastRecentlyUsed.next();
            if (candidate != entry && candidate.bytes > 0) {
                bytes -= candidate.bytes;
                leastRecentlyUsed.remove();
            }
        }
    }

    private synchronized void remove(CodeHash hash, Entry entry) {
        entries.remove(hash, entry);
    }
}
