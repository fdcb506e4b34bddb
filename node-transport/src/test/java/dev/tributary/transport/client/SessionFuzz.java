package dev.tributary.transport.client;

import dev.tributary.transport.test.BufferLeaks;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Hooks;

/**
 * Round after round of good and broken clients at a door on loopback: see {@link FuzzRound}. Besides, no buffer leaks and no
 * error gets lost. Arguments: minutes (2), seed (1). What is found is printed with the number of its session, and the
 * process ends with 1.
 */
public final class SessionFuzz {

    private static final int SESSIONS = 400;

    private SessionFuzz() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        long minutes = args.length > 0 ? Long.parseLong(args[0]) : 2;
        long seed = args.length > 1 ? Long.parseLong(args[1]) : 1;
        try (TestDoor door = FuzzRound.door(Files.createTempDirectory("session-fuzz"))) {
            run(new FuzzRound(door), TimeUnit.MINUTES.toNanos(minutes), seed);
        } catch (AssertionError found) {
            found.printStackTrace();
            System.exit(1);
        }
        System.out.println("nothing found with seed " + seed);
    }

    private static void run(FuzzRound round, long nanos, long seed) throws InterruptedException {
        BufferLeaks.watch();
        Queue<Throwable> dropped = new ConcurrentLinkedQueue<>();
        Hooks.onErrorDropped(dropped::add);
        long first = seed << 32;
        for (long end = System.nanoTime() + nanos; System.nanoTime() < end; first += SESSIONS) {
            round.run(first, SESSIONS);
            BufferLeaks.verify("sessions from " + first);
            if (!dropped.isEmpty()) {
                throw new AssertionError("an error was lost in sessions from " + first, dropped.peek());
            }
        }
        System.out.printf("%d sessions, %d answers to others meanwhile%n", first - (seed << 32), round.answers());
    }
}
