package dev.tributary.core.contract.wasm;

import dev.tributary.core.limit.Permits;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.TimeSource;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Two runtimes for benchmarks, one that compiles and one that interprets contracts. */
public final class WasmRuntimes implements AutoCloseable {

    private final WasmContractRuntime compiled = runtime(ModuleLoader.Mode.COMPILED);
    private final WasmContractRuntime interpreted = runtime(ModuleLoader.Mode.INTERPRETED);

    private WasmRuntimes() {}

    public static WasmRuntimes open() {
        CompilerBugWorkaround.apply();
        return new WasmRuntimes();
    }

    /** A contract that only returns an answer: the baseline of the benchmarks. */
    public static Contract baselineContract() {
        return Probe.PLAIN.contract('V');
    }

    /** Creates this number of instances of the code, each in its state before a call. */
    public static List<?> instances(Contract contract, int count) {
        try {
            WasmLimits limits = WasmLimits.defaults();
            LoadedModule module = new ModuleLoader(limits, ModuleLoader.Mode.COMPILED)
                    .load(contract.code(), new LoadWatch(limits.loading(), excess -> {}));
            MemoryGauge gauge = new MemoryGauge(new Permits(limits.calls().totalMemoryBytes()));
            return Stream.generate(() -> module.instantiate(
                            new HostContext(
                                    contract.id(), ContractLog.toLogger(), 0, TimeSource.system(), new Random(1)),
                            gauge.open()))
                    .limit(count)
                    .toList();
        } catch (UnsupportedModuleException fault) {
            throw new IllegalStateException(fault);
        }
    }

    public WasmContractRuntime compiled() {
        return compiled;
    }

    public WasmContractRuntime interpreted() {
        return interpreted;
    }

    @Override
    public void close() {
        compiled.close();
        interpreted.close();
    }

    private static WasmContractRuntime runtime(ModuleLoader.Mode mode) {
        return new WasmContractRuntime(
                WasmLimits.defaults(), TimeSource.system(), new Random(1), ContractLog.toLogger(), mode);
    }
}
