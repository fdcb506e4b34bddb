package dev.tributary.core.contract.wasm;

import dev.tributary.core.value.Contract;
import dev.tributary.core.value.TimeSource;
import java.util.Random;

/** The same contracts compiled and interpreted, for benchmarks. */
public final class WasmRuntimes implements AutoCloseable {

    private final WasmContractRuntime compiled = runtime(ModuleLoader.Mode.COMPILED);
    private final WasmContractRuntime interpreted = runtime(ModuleLoader.Mode.INTERPRETED);

    private WasmRuntimes() {}

    public static WasmRuntimes open() {
        CompilerFault.protect();
        return new WasmRuntimes();
    }

    /** A contract that does nothing but answer. */
    public static Contract floor() {
        return Probe.PLAIN.doing('V');
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
                WasmLimits.DEFAULT, TimeSource.system(), new Random(1), ContractLog.toLogger(), mode);
    }
}
