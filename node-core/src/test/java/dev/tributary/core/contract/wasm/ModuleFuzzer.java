package dev.tributary.core.contract.wasm;

import dev.tributary.core.error.ContractUnsupportedException.Excess;
import dev.tributary.core.test.FuzzSeeds;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.ContractCode;
import java.util.stream.Stream;

/**
 * Fuzz target: a WebAssembly module. One that is measured and still exceeds a budget is a find, too. With an odd first byte the header of a module is put before the rest. It is loaded,
 * or refused with {@link UnsupportedModuleException}; anything else is a find.
 */
public final class ModuleFuzzer {

    private static final byte[] HEADER = {0, 'a', 's', 'm', 1, 0, 0, 0};

    private ModuleFuzzer() {}

    /** Called by the fuzzer before it reads its corpus. */
    public static void fuzzerInitialize() {
        FuzzSeeds.write(Stream.of("echo-rust", "probe-host", "probe-plain", "probe-streaming")
                .map(name -> FuzzSeeds.prefixed(0, Probe.code(name).bytes().toArray())));
    }

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        int header = (input[0] & 1) * HEADER.length;
        byte[] module = new byte[header + input.length - 1];
        System.arraycopy(HEADER, 0, module, 0, header);
        System.arraycopy(input, 1, module, header, input.length - 1);
        try {
            WasmLimits limits = WasmLimits.defaults();
            new ModuleLoader(limits, ModuleLoader.Mode.COMPILED)
                    .load(ContractCode.of(Bytes.wrap(module)), new LoadWatch(limits.loading(), ModuleFuzzer::fail));
        } catch (UnsupportedModuleException refused) {
            // A refusal is the expected end of most inputs.
            return;
        }
    }

    private static void fail(Excess excess) {
        throw new IllegalStateException("over budget: " + excess);
    }
}
