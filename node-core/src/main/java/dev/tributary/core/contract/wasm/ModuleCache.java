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
 * The loaded modules, by code hash, under a budget of bytes: what was used longest ago goes first. A module is loaded once
 * however many ask for it at the same time; that a module cannot be loaded is remembered as well.
 */
final class ModuleCache {

    /** What a remembered fault takes. */
    private static final long FAULT_BYTES = 1024;

    private final ModuleLoader loader;
    private final Executor threads;
    private final WasmLimits limits;
    private final Map<CodeHash, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;
    private long loads;

    /** A module, or the promise of one; {@code bytes} is zero until it is there. */
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
     * The module of the code, once it is loaded. Shared: must not be cancelled. Fails with
     * {@link ContractUnsupportedException} if it cannot be run and {@link NodeBusyException} if too many wait.
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
        } catch (RejectedExecutionException full) {
            forget(code.hash(), entry);
            entry.module.completeExceptionally(new NodeBusyException("modules to compile", limits.queuedModules()));
        }
        return entry.module;
    }

    synchronized ModuleUsage usage() {
        return new ModuleUsage(entries.size(), bytes, loads);
    }

    private void load(ContractCode code, Entry entry) {
        try {
            LoadedModule module = loader.load(code);
            keep(entry, module.bytes());
            entry.module.complete(module);
        } catch (ModuleFault fault) {
            keep(entry, FAULT_BYTES);
            entry.module.completeExceptionally(new ContractUnsupportedException(code.hash(), fault.detail()));
        } catch (Throwable unexpected) {
            // Whatever it was, those who wait must hear of it; what is not the module's fault is not remembered.
            forget(code.hash(), entry);
            entry.module.completeExceptionally(
                    new ContractUnsupportedException(code.hash(), "loading it failed: " + unexpected));
        }
    }

    private synchronized void keep(Entry entry, long size) {
        loads++;
        entry.bytes = size;
        bytes += size;
        Iterator<Entry> oldest = entries.values().iterator();
        while (bytes > limits.compiledBytes() && oldest.hasNext()) {
            Entry candidate = oldest.next();
            if (candidate != entry && candidate.bytes > 0) {
                bytes -= candidate.bytes;
                oldest.remove();
            }
        }
    }

    private synchronized void forget(CodeHash hash, Entry entry) {
        entries.remove(hash, entry);
    }
}
