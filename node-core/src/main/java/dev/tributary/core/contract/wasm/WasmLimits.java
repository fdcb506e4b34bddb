package dev.tributary.core.contract.wasm;

import dev.tributary.core.value.Bounds;
import java.time.Duration;

/**
 * How much WebAssembly code may take. Where the network has a number it is the network's: a node that allowed less would
 * refuse states that its peers hold. The engine counts no instructions; processor time stands for them, and unlike wall
 * time it does not make a busy machine refuse what an idle one accepts.
 *
 * @param cpuTime processor time of one call, 10 ms to 5 min. The network gives five seconds
 * @param wallTime how long one call may last however little it gets of a processor, at least {@code cpuTime}: the
 *     backstop for threads whose processor time cannot be read
 * @param memoryPages pages of 64 KiB of one call, 1 to 32768. The network allows 4096, 256 MiB; the heap must hold as
 *     many as there are contract threads, times this
 * @param tableElements how many functions a table may refer to, 0 to 10000000
 * @param moduleBytes the largest module, in bytes, up to 10 MiB
 * @param functions how many functions a module may have, 1 to 1000000: each costs classes and metaspace, even an empty one
 * @param answerBytes the longest answer of a call, in bytes: a state of 50 MiB and what is around it
 * @param logBytes how much a call may log, in bytes; what comes on top is dropped, once with a note
 * @param compiledBytes how much compiled code is kept, in bytes of estimated memory; what was used longest ago goes first
 * @param queuedModules how many modules may wait to be compiled; what comes on top is refused
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
