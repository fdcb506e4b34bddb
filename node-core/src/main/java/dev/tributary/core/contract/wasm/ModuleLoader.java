package dev.tributary.core.contract.wasm;

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

/** Makes modules of code: parse, validate, check, compile. Takes a tenth of a second to seconds. */
final class ModuleLoader {

    /** How modules run. Interpreting is 25 to 45 times slower; it is there to be compared with. */
    enum Mode {
        COMPILED,
        INTERPRETED
    }

    /** Of classes and what is left of the module, a byte of code. */
    private static final int COMPILED_FACTOR = 6;

    /** Of a module with its function bodies, a byte of code. */
    private static final int PARSED_FACTOR = 50;

    private static final int OVERHEAD = 64 << 10;

    private final WasmLimits limits;
    private final Mode mode;
    private final ModulePolicy policy;

    ModuleLoader(WasmLimits limits, Mode mode) {
        this.limits = limits;
        this.mode = mode;
        this.policy = new ModulePolicy(limits);
    }

    LoadedModule load(ContractCode code) throws ModuleFault {
        if (code.bytes().size() > limits.moduleBytes()) {
            throw new ModuleFault(
                    "it has " + code.bytes().size() + " bytes; at most " + limits.moduleBytes() + " are allowed");
        }
        byte[] wasm = code.bytes().toArray();
        return guarded(() -> {
            WasmModule module = parse(wasm);
            policy.check(module);
            return mode == Mode.COMPILED ? compile(module, wasm) : interpret(module, wasm);
        });
    }

    /** Tells something of a module, whether it may be run or not. */
    static <T> T read(ContractCode code, Function<WasmModule, T> reader) throws ModuleFault {
        byte[] wasm = code.bytes().toArray();
        return guarded(() -> reader.apply(parse(wasm)));
    }

    private static WasmModule parse(byte[] wasm) {
        return Parser.builder().withValidation(true).build().parse(() -> new ByteArrayInputStream(wasm));
    }

    private static <T> T guarded(Step<T> step) throws ModuleFault {
        try {
            return step.run();
        } catch (WasmEngineException malformed) {
            throw new ModuleFault(String.valueOf(malformed.getMessage()));
        } catch (StackOverflowError deep) {
            throw new ModuleFault("it nests too deeply");
        } catch (RuntimeException | LinkageError | AssertionError unexpected) {
            // The engine has no type of its own for everything that a module can be wrong in.
            throw new ModuleFault("the engine cannot load it: " + unexpected);
        }
    }

    private LoadedModule interpret(WasmModule module, byte[] wasm) {
        return new LoadedModule(module, InterpreterMachine::new, limits, OVERHEAD + (long) PARSED_FACTOR * wasm.length);
    }

    /** Compiled code does not need the function bodies any more, and without them a module takes a fortieth of the heap. */
    private LoadedModule compile(WasmModule module, byte[] wasm) {
        Classes classes = new Classes();
        MachineFactoryCompiler.builder(module)
                .withInterpreterFallback(InterpreterFallback.FAIL)
                .withCache(classes)
                .compile();
        byte[] hollow = FunctionBodies.strip(wasm);
        WasmModule stripped =
                Parser.builder().withValidation(false).build().parse(() -> new ByteArrayInputStream(hollow));
        Function<Instance, Machine> machines = MachineFactoryCompiler.builder(stripped)
                .withInterpreterFallback(InterpreterFallback.FAIL)
                .withCache(classes)
                .compile();
        return new LoadedModule(stripped, machines, limits, OVERHEAD + (long) COMPILED_FACTOR * wasm.length);
    }

    private interface Step<T> {
        T run() throws ModuleFault;
    }

    /** Carries the classes from the whole module to the stripped one. */
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
