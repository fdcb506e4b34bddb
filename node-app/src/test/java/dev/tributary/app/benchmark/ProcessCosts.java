package dev.tributary.app.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What processes have used since they started. On Linux.
 *
 * @param cpuMillis processor time of all their threads, in steps of 10 ms
 * @param compilerMillis the part of the JIT compilers' threads
 * @param switches number of times that a thread was taken from its processor, or left it, threads that ended not counted
 * @param loopbackBytes bytes on the loopback interface, those of all other processes included
 */
record ProcessCosts(long cpuMillis, long compilerMillis, long switches, long loopbackBytes) {

    /** Length of a tick of the kernel's counters in milliseconds. */
    private static final long TICK = 10;

    /** Positions of the times in user and kernel mode after the name in {@code stat}. */
    private static final int USER_TIME = 11;

    static ProcessCosts of(List<Long> pids) {
        ProcessCosts sum = new ProcessCosts(0, 0, 0, loopback());
        for (long pid : pids) {
            sum = sum.plus(of(Path.of("/proc", Long.toString(pid))));
        }
        return sum;
    }

    private static ProcessCosts of(Path process) {
        ProcessCosts threads = new ProcessCosts(0, 0, 0, 0);
        try (Stream<Path> all = Files.list(process.resolve("task"))) {
            for (Path thread : all.toList()) {
                threads = threads.plus(ofThread(thread));
            }
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
        return new ProcessCosts(time(read(process.resolve("stat"))), threads.compilerMillis, threads.switches, 0);
    }

    private static ProcessCosts ofThread(Path thread) {
        String stat = read(thread.resolve("stat"));
        long switches = read(thread.resolve("status"))
                .lines()
                .filter(line -> line.contains("ctxt_switches"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
        return new ProcessCosts(0, stat.contains("CompilerThre") ? time(stat) : 0, switches, 0);
    }

    private static long time(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).trim().split(" ", -1);
        return fields.length <= USER_TIME + 1
                ? 0
                : TICK * (Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[USER_TIME + 1]));
    }

    private static long loopback() {
        return read(Path.of("/proc/net/dev"))
                .lines()
                .map(String::trim)
                .filter(line -> line.startsWith("lo:"))
                .mapToLong(line -> Long.parseLong(line.substring(3).trim().split("\\s+", -1)[0]))
                .sum();
    }

    /** The file's text; empty if the thread has ended. */
    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException ended) {
            return "";
        }
    }

    private ProcessCosts plus(ProcessCosts other) {
        return new ProcessCosts(
                cpuMillis + other.cpuMillis,
                compilerMillis + other.compilerMillis,
                switches + other.switches,
                loopbackBytes + other.loopbackBytes);
    }

    ProcessCosts since(ProcessCosts before) {
        return plus(
                new ProcessCosts(-before.cpuMillis, -before.compilerMillis, -before.switches, -before.loopbackBytes));
    }
}
