package dev.tributary.transport.client;

import dev.tributary.transport.test.BufferLeaks;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Hooks;

/**
 * Runs rounds of valid and misbehaving clients against a server on loopback: see {@link FuzzRound}. Also checks that no
 * buffer leaks and no error is dropped. Arguments: minutes (2), seed (1). Failures are printed with the number of their
 * session, and the exit code is then 1.
 */
public final class SessionFuzz {

    private static final int SESSIONS_PER_ROUND = 400;

    private SessionFuzz() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        long minutes = args.length > 0 ? Long.parseLong(args[0]) : 2;
        long seed = args.length > 1 ? Long.parseLong(args[1]) : 1;
        try (TestServer server = FuzzRound.server(Files.createTempDirectory("session-fuzz"))) {
            run(new FuzzRound(server), TimeUnit.MINUTES.toNanos(minutes), seed);
        } catch (AssertionError found) {
            found.printStackTrace();
            System.exit(1);
        }
        System.out.println("no failures with seed " + seed);
    }

    private static void run(FuzzRound round, long nanos, long seed) throws InterruptedException {
        BufferLeaks.watch();
        Queue<Throwable> dropped = new ConcurrentLinkedQueue<>();
        Hooks.onErrorDropped(dropped::add);
        long first = seed << 32;
        for (long end = System.nanoTime() + nanos; System.nanoTime() < end; first += SESSIONS_PER_ROUND) {
            round.run(first, SESSIONS_PER_ROUND);
            BufferLeaks.verify("sessions from " + first);
            if (!dropped.isEmpty()) {
                throw new AssertionError("an error was dropped in sessions from " + first, dropped.peek());
            }
        }
        System.out.printf("%d sessions, %d answers to control clients%n", first - (seed << 32), round.answers());
    }
}
