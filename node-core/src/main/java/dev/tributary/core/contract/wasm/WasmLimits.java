package dev.tributary.core.contract.wasm;

import dev.tributary.core.value.Bounds;
import java.time.Duration;

/**
 * Resource limits of WebAssembly code. Where the network defines a value, it is the default: a node that allowed less
 * would refuse states that its peers hold. The engine does not count instructions, so processor time limits a call;
 * unlike wall time, it does not depend on the load of the machine.
 *
 * @param cpuTime maximum processor time of one call, 10 ms to 5 min; the network's value is 5 s
 * @param wallTime maximum duration of one call, at least {@code cpuTime}: the backstop for threads whose processor time
 *     cannot be read
 * @param memoryPages maximum memory of one call in pages of 64 KiB, 1 to 32768; the network's value is 4096, 256 MiB.
 *     The heap must hold this once for each contract thread
 * @param tableElements maximum number of table elements of a module, 0 to 10000000
 * @param moduleBytes maximum size of a module in bytes, up to 10 MiB
 * @param functions maximum number of functions of a module, 1 to 1000000: each needs classes and metaspace, even if
 *     empty
 * @param answerBytes maximum size of an answer in bytes: a state of 50 MiB and its encoding
 * @param logBytes maximum size of the log of one call in bytes; the rest is dropped, and a note is logged
 * @param compiledBytes budget of the module cache in bytes of estimated memory; the least recently used module is
 *     evicted
 * @param queuedModules maximum number of modules in the compiler's queue; further ones are refused
 */
public record WasmLimits(
        Duration cpuTime,
        Duration wallTime,
        int memoryPages,
        int tableElements,
        int moduleBytes,
        int functions,
        int answerBytes,
        int logBytes,
        long compiledBytes,
        int queuedModules) {

    private static final int MIB = 1 << 20;

    public static final WasmLimits DEFAULT = new WasmLimits(
            Duration.ofSeconds(5),
            Duration.ofSeconds(20),
            4096,
            10_000,
            10 * MIB,
            20_000,
            51 * MIB,
            16 << 10,
            256L * MIB,
            256);

    public WasmLimits {
        Bounds.within(
                "cpuTime in ms", cpuTime.toMillis(), 10, Duration.ofMinutes(5).toMillis());
        Bounds.within(
                "wallTime in ms",
                wallTime.toMillis(),
                cpuTime.toMillis(),
                Duration.ofHours(1).toMillis());
        Bounds.within("memoryPages", memoryPages, 1, 32_768);
        Bounds.within("tableElements", tableElements, 0, 10_000_000);
        Bounds.within("moduleBytes", moduleBytes, 8, 10 * MIB);
        Bounds.within("functions", functions, 1, 1_000_000);
        Bounds.within("answerBytes", answerBytes, 16, 256 * MIB);
        Bounds.within("logBytes", logBytes, 0, MIB);
        Bounds.within("compiledBytes", compiledBytes, 0, Long.MAX_VALUE);
        Bounds.within("queuedModules", queuedModules, 1, 65_536);
    }

    public WasmLimits withTimes(Duration cpuTime, Duration wallTime) {
        return new WasmLimits(
                cpuTime,
                wallTime,
                memoryPages,
                tableElements,
                moduleBytes,
                functions,
                answerBytes,
                logBytes,
                compiledBytes,
                queuedModules);
    }

    public WasmLimits withMemoryPages(int memoryPages) {
        return new WasmLimits(
                cpuTime,
                wallTime,
                memoryPages,
                tableElements,
                moduleBytes,
                functions,
                answerBytes,
                logBytes,
                compiledBytes,
                queuedModules);
    }

    public WasmLimits withAnswerBytes(int answerBytes) {
        return new WasmLimits(
                cpuTime,
                wallTime,
                memoryPages,
                tableElements,
                moduleBytes,
                functions,
                answerBytes,
                logBytes,
                compiledBytes,
                queuedModules);
    }

    public WasmLimits withCompiledBytes(long compiledBytes) {
        return new WasmLimits(
                cpuTime,
                wallTime,
                memoryPages,
                tableElements,
                moduleBytes,
                functions,
                answerBytes,
                logBytes,
                compiledBytes,
                queuedModules);
    }
}
