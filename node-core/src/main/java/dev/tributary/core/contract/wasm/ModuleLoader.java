package dev.tributary.core.contract.wasm;

import dev.tributary.core.contract.wasm.measure.ExcessException;
import dev.tributary.core.contract.wasm.measure.MalformedModuleException;
import dev.tributary.core.contract.wasm.measure.ModuleMeasure;
import dev.tributary.core.contract.wasm.measure.Quantity;
import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.limit.MemoryPlan;
import dev.tributary.core.limit.MemoryUse;
import dev.tributary.core.limit.Permits;
import dev.tributary.core.value.ContractCode;
import java.io.ByteArrayInputStream;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import run.endive.compiler.Cache;
import run.endive.compiler.InterpreterFallback;
import run.endive.compiler.MachineFactoryCompiler;
import run.endive.runtime.Instance;
import run.endive.runtime.InterpreterMachine;
import run.endive.runtime.Machine;
import run.endive.wasm.Parser;
import run.endive.wasm.WasmEngineException;
import run.endive.wasm.WasmModule;

/** Loads modules from code: measure, parse, validate, check, compile. Takes from a tenth of a second to several seconds. */
final class ModuleLoader {

    /** How modules run. Interpreting is 25 to 45 times slower and serves as a reference for comparison. */
    enum Mode {
        COMPILED,
        INTERPRETED
    }

    /** Estimated bytes of memory for each byte of code: classes and the stripped module. */
    private static final int COMPILED_BYTES_PER_BYTE = 6;

    /** Estimated bytes of memory for each byte of code of a parsed module with its function bodies. */
    private static final int PARSED_BYTES_PER_BYTE = 50;

    private static final int OVERHEAD_BYTES = 64 << 10;

    /** Estimated bytes of heap of a compiled module, besides twice the bytes of its stripped code. */
    private static final int HEAP_OVERHEAD_BYTES = 3 << 10;

    private static final int HEAP_BYTES_PER_FUNCTION = 60;

    private final WasmLimits limits;
    private final Mode mode;
    private final ModulePolicy policy;
    private final Permits memory = MemoryPlan.ofThisProcess().permits(MemoryUse.LOADING);

    ModuleLoader(WasmLimits limits, Mode mode) {
        this.limits = limits;
        this.mode = mode;
        this.policy = new ModulePolicy(limits);
    }

    /**
     * Measures and loads a module; the watch is told of each phase.
     *
     * @throws NodeBusyException if other loads, such as those that were given up, use the memory
     */
    LoadedModule load(ContractCode code, LoadWatch watch) throws UnsupportedModuleException {
        byte[] wasm = code.bytes().toArray();
        long needed = measure(wasm);
        if (!memory.tryAcquireOrExclusive(needed)) {
            throw new NodeBusyException("bytes of memory to load modules", (int) memory.limit());
        }
        try {
            return load(wasm, watch);
        } finally {
            memory.release(needed);
        }
    }

    private LoadedModule load(byte[] wasm, LoadWatch watch) throws UnsupportedModuleException {
        return guarded(() -> {
            begin(watch, LoadWatch.Phase.PARSE);
            byte[] plain = FunctionBodies.withoutCustomSections(wasm);
            WasmModule module = parse(plain);
            policy.check(module);
            begin(watch, LoadWatch.Phase.COMPILE);
            return mode == Mode.COMPILED ? compile(module, plain) : interpret(module, plain);
        });
    }

    private static void begin(LoadWatch watch, LoadWatch.Phase phase) throws UnsupportedModuleException {
        if (!watch.begin(phase)) {
            throw new UnsupportedModuleException("it was given up before");
        }
    }

    /** Returns the number of bytes of memory that loading takes. */
    private long measure(byte[] wasm) throws UnsupportedModuleException {
        try {
            return ModuleMeasure.of(wasm, limits.modules().allBounds()).getOrDefault(Quantity.LOAD_MEMORY, 0L);
        } catch (ExcessException excess) {
            throw new UnsupportedModuleException(excess);
        } catch (MalformedModuleException malformed) {
            throw new UnsupportedModuleException(malformed.detail());
        }
    }

    /** Applies the reader to the parsed module, even if the policy forbids to run it. */
    static <T> T read(ContractCode code, Function<WasmModule, T> reader) throws UnsupportedModuleException {
        byte[] wasm = code.bytes().toArray();
        return guarded(() -> reader.apply(parse(wasm)));
    }

    private static WasmModule parse(byte[] wasm) {
        return Parser.builder().withValidation(true).build().parse(() -> new ByteArrayInputStream(wasm));
    }

    private static <T> T guarded(Step<T> step) throws UnsupportedModuleException {
        try {
            return step.run();
        } catch (WasmEngineException malformed) {
            throw new UnsupportedModuleException(String.valueOf(malformed.getMessage()));
        } catch (StackOverflowError deep) {
            throw new UnsupportedModuleException("it nests too deeply");
        } catch (RuntimeException | LinkageError | AssertionError unexpected) {
            // The engine has no exception type of its own for every kind of invalid module.
            throw new UnsupportedModuleException("the engine cannot load it: " + unexpected);
        }
    }

    private LoadedModule interpret(WasmModule module, byte[] wasm) {
        long bytes = OVERHEAD_BYTES + (long) PARSED_BYTES_PER_BYTE * wasm.length;
        return new LoadedModule(module, InterpreterMachine::new, limits, new LoadedModule.Size(bytes, bytes));
    }

    /** Compiles the module, then drops its function bodies, which leaves a fortieth of its heap use. */
    private LoadedModule compile(WasmModule module, byte[] wasm) {
        Classes classes = new Classes();
        MachineFactoryCompiler.builder(module)
                .withInterpreterFallback(InterpreterFallback.FAIL)
                .withCache(classes)
                .compile();
        byte[] strippedWasm = FunctionBodies.strip(wasm);
        WasmModule stripped =
                Parser.builder().withValidation(false).build().parse(() -> new ByteArrayInputStream(strippedWasm));
        Function<Instance, Machine> machines = MachineFactoryCompiler.builder(stripped)
                .withInterpreterFallback(InterpreterFallback.FAIL)
                .withCache(classes)
                .compile();
        long heapBytes = HEAP_OVERHEAD_BYTES
                + 2L * strippedWasm.length
                + (long) HEAP_BYTES_PER_FUNCTION * stripped.functionSection().functionCount();
        return new LoadedModule(
                stripped,
                machines,
                limits,
                new LoadedModule.Size(OVERHEAD_BYTES + (long) COMPILED_BYTES_PER_BYTE * wasm.length, heapBytes));
    }

    private interface Step<T> {
        T run() throws UnsupportedModuleException;
    }

    /** Passes the compiled classes from the whole module to the stripped one. */
    private static final class Classes implements Cache {

        private byte @Nullable [] jar;

        @Override
        @SuppressWarnings("NullAway") // The engine's interface is not annotated; null means that nothing is there.
        public byte[] get(String key) {
            return jar;
        }

        @Override
        public void putIfAbsent(String key, byte[] classes) {
            jar = classes;
        }
    }
}
