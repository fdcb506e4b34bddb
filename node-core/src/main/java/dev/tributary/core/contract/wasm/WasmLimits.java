package dev.tributary.core.contract.wasm;

import dev.tributary.core.contract.wasm.measure.ModuleBounds;
import dev.tributary.core.contract.wasm.measure.Quantity;
import dev.tributary.core.limit.MemoryPlan;
import dev.tributary.core.limit.MemoryUse;
import dev.tributary.core.value.Bounds;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;

/**
 * Resource limits of WebAssembly code. Where the network defines a value, it is the default: a node that allowed less
 * would refuse states that its peers hold. The engine does not count instructions, so processor time limits a call;
 * unlike wall time, it does not depend on the load of the machine.
 *
 * @param calls limits of one call
 * @param modules limits of one module
 * @param compiler limits of the compiler and its cache
 * @param loading budgets of loading one module
 */
@RecordBuilder
public record WasmLimits(CallLimits calls, ModuleLimits modules, CompilerLimits compiler, LoadLimits loading)
        implements WasmLimitsBuilder.With {

    private static final int MIB = 1 << 20;

    public static WasmLimits defaults() {
        return new WasmLimits(
                CallLimits.defaults(), ModuleLimits.defaults(), CompilerLimits.defaults(), LoadLimits.defaults());
    }

    /**
     * Limits of one call.
     *
     * @param cpuTime maximum processor time, 10 ms to 5 min; the network's value is 5 s
     * @param wallTime maximum duration, at least {@code cpuTime}: the backstop for threads whose processor time cannot
     *     be read
     * @param memoryPages maximum memory in pages of 64 KiB, 1 to 32768; the network's value is 4096, 256 MiB
     * @param answerBytes maximum size of an answer in bytes: a state of 50 MiB and its encoding
     * @param logBytes maximum size of the log in bytes; the rest is dropped, and a note is logged
     * @param totalMemoryBytes maximum memory of all calls that run at once, in bytes, their answers included; a call
     *     that asks for more fails, so that contracts together cannot exhaust the heap
     */
    @RecordBuilder
    public record CallLimits(
            Duration cpuTime, Duration wallTime, int memoryPages, int answerBytes, int logBytes, long totalMemoryBytes)
            implements WasmLimitsCallLimitsBuilder.With {

        public CallLimits {
            Bounds.within(
                    "cpuTime in ms",
                    cpuTime.toMillis(),
                    10,
                    Duration.ofMinutes(5).toMillis());
            Bounds.within(
                    "wallTime in ms",
                    wallTime.toMillis(),
                    cpuTime.toMillis(),
                    Duration.ofHours(1).toMillis());
            Bounds.within("memoryPages", memoryPages, 1, 32_768);
            Bounds.within("answerBytes", answerBytes, 16, 256 * MIB);
            Bounds.within("logBytes", logBytes, 0, MIB);
            Bounds.within("totalMemoryBytes", totalMemoryBytes, 0, Long.MAX_VALUE);
        }

        public static CallLimits defaults() {
            return WasmLimitsCallLimitsBuilder.builder()
                    .cpuTime(Duration.ofSeconds(5))
                    .wallTime(Duration.ofSeconds(20))
                    .memoryPages(4096)
                    .answerBytes(51 * MIB)
                    .logBytes(16 << 10)
                    .totalMemoryBytes(MemoryPlan.ofThisProcess().bytes(MemoryUse.GUESTS))
                    .build();
        }
    }

    /**
     * Limits of one module.
     *
     * @param bytes maximum size in bytes, up to 10 MiB
     * @param functions maximum number of functions, 1 to 1000000: each needs classes and metaspace, even if empty
     * @param tableElements maximum number of table elements, 0 to 10000000
     * @param bounds maximum of all else that is measured before a module is parsed
     */
    @RecordBuilder
    public record ModuleLimits(int bytes, int functions, int tableElements, ModuleBounds bounds)
            implements WasmLimitsModuleLimitsBuilder.With {

        public ModuleLimits {
            Bounds.within("bytes", bytes, 8, 10 * MIB);
            Bounds.within("functions", functions, 1, 1_000_000);
            Bounds.within("tableElements", tableElements, 0, 10_000_000);
        }

        public static ModuleLimits defaults() {
            return WasmLimitsModuleLimitsBuilder.builder()
                    .bytes(10 * MIB)
                    .functions(20_000)
                    .tableElements(10_000)
                    .bounds(ModuleBounds.defaults())
                    .build();
        }

        /** All bounds, with the three that have a component of their own. */
        ModuleBounds allBounds() {
            return bounds.with(Quantity.BYTES, bytes)
                    .with(Quantity.FUNCTIONS, functions)
                    .with(Quantity.TABLE_ELEMENTS, tableElements);
        }
    }

    /**
     * Limits of the compiler and its cache.
     *
     * @param cacheBytes budget of the module cache in bytes of estimated memory; the least recently used module is
     *     evicted
     * @param queuedModules maximum number of modules in the compiler's queue; further ones are refused
     */
    @RecordBuilder
    public record CompilerLimits(long cacheBytes, int queuedModules) implements WasmLimitsCompilerLimitsBuilder.With {

        public CompilerLimits {
            Bounds.within("cacheBytes", cacheBytes, 0, Long.MAX_VALUE);
            Bounds.within("queuedModules", queuedModules, 1, 65_536);
        }

        public static CompilerLimits defaults() {
            return WasmLimitsCompilerLimitsBuilder.builder()
                    .cacheBytes(256L * MIB)
                    .queuedModules(256)
                    .build();
        }
    }

    /**
     * Budgets of loading one module. The engine cannot be stopped while it loads: beyond a budget the module is refused
     * and remembered, and another thread takes over.
     *
     * @param parseTime maximum processor time to parse and validate, 10 ms to 5 min
     * @param parseBytes maximum memory allocated meanwhile, in bytes, freed again or not
     * @param compileTime maximum processor time to compile, 10 ms to 5 min
     * @param compileBytes maximum memory allocated meanwhile, in bytes
     * @param givenUpThreads maximum number of threads that are replaced while they still work on a module over its
     *     budget, 0 to 16
     */
    @RecordBuilder
    public record LoadLimits(
            Duration parseTime, long parseBytes, Duration compileTime, long compileBytes, int givenUpThreads)
            implements WasmLimitsLoadLimitsBuilder.With {

        public LoadLimits {
            Bounds.within(
                    "parseTime in ms",
                    parseTime.toMillis(),
                    10,
                    Duration.ofMinutes(5).toMillis());
            Bounds.within(
                    "compileTime in ms",
                    compileTime.toMillis(),
                    10,
                    Duration.ofMinutes(5).toMillis());
            Bounds.within("parseBytes", parseBytes, 1, Long.MAX_VALUE);
            Bounds.within("compileBytes", compileBytes, 1, Long.MAX_VALUE);
            Bounds.within("givenUpThreads", givenUpThreads, 0, 16);
        }

        /**
         * A contract of 800 KB needs 0.6 s and 1.6 s on a cold JVM of a busy machine, and allocates 0.2 GB; the largest
         * modules that the measure admits need ten times that.
         */
        public static LoadLimits defaults() {
            return WasmLimitsLoadLimitsBuilder.builder()
                    .parseTime(Duration.ofSeconds(10))
                    .parseBytes(4L << 30)
                    .compileTime(Duration.ofSeconds(20))
                    .compileBytes(8L << 30)
                    .givenUpThreads(2)
                    .build();
        }

        Duration time(LoadWatch.Phase phase) {
            return switch (phase) {
                case PARSE -> parseTime;
                case COMPILE -> compileTime;
            };
        }

        long bytes(LoadWatch.Phase phase) {
            return switch (phase) {
                case PARSE -> parseBytes;
                case COMPILE -> compileBytes;
            };
        }
    }
}
