package dev.tributary.core.contract.wasm;

import java.util.List;
import java.util.function.Function;
import run.endive.runtime.ImportFunction;
import run.endive.runtime.ImportValues;
import run.endive.runtime.Instance;
import run.endive.runtime.Machine;
import run.endive.runtime.TableInstance;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.MemoryLimits;
import run.endive.wasm.types.Table;
import run.endive.wasm.types.TableLimits;

/** A checked and compiled module, from which instances are created. Safe to use from any thread. */
final class LoadedModule {

    private final WasmModule module;
    private final Function<Instance, Machine> machines;
    private final WasmLimits limits;
    private final List<ImportName> imports;
    private final boolean streaming;
    private final boolean expectsCallId;
    private final MemoryLimits memory;
    private final Size size;

    /**
     * Estimated memory of a loaded module.
     *
     * @param bytes all of it, with its classes, which are outside the heap
     * @param heapBytes the part of it on the heap
     */
    record Size(long bytes, long heapBytes) {}

    /** A module of this code. */
    LoadedModule(WasmModule module, Function<Instance, Machine> machines, WasmLimits limits, Size size) {
        this.module = module;
        this.machines = machines;
        this.limits = limits;
        this.imports = ModulePolicy.imports(module);
        this.streaming = imports.stream().anyMatch(each -> each.module().equals(HostFunctions.STREAMING_MODULE));
        this.expectsCallId = exports(module, ModulePolicy.SET_ID_EXPORT);
        MemoryLimits declared =
                module.memorySection().orElseThrow().getMemory(0).limits();
        this.memory = new MemoryLimits(
                declared.initialPages(),
                Math.min(declared.maximumPages(), limits.calls().memoryPages()));
        this.size = size;
    }

    /** Creates an instance, whose memory counts for this guest, and runs its start function. */
    Instance instantiate(HostContext call, MemoryGauge.Guest guest) {
        List<ImportFunction> functions = HostFunctions.bind(imports, call);
        return Instance.builder(module)
                .withMemoryLimits(memory)
                .withMemoryFactory(limits -> new MeteredMemory(limits, guest))
                .withTableFactory(this::table)
                .withMachineFactory(machines)
                .withImportValues(
                        ImportValues.builder().withFunctions(functions).build())
                .build();
    }

    /** True if the module takes arguments in windows and calls the host to refill them. */
    boolean streaming() {
        return streaming;
    }

    /** True if the module exports a function to receive the id of the call. */
    boolean expectsCallId() {
        return expectsCallId;
    }

    Size size() {
        return size;
    }

    private TableInstance table(Table table, int initial) {
        long maximum = Math.max(
                table.limits().min(),
                Math.min(table.limits().max(), limits.modules().tableElements()));
        return new TableInstance(
                new Table(table.elementType(), new TableLimits(table.limits().min(), maximum), table.initialize()),
                initial);
    }

    private static boolean exports(WasmModule module, String name) {
        for (int i = 0; i < module.exportSection().exportCount(); i++) {
            if (module.exportSection().getExport(i).name().equals(name)) {
                return true;
            }
        }
        return false;
    }
}
