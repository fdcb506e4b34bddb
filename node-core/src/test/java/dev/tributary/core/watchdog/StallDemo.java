package dev.tributary.core.watchdog;

import dev.tributary.core.value.NodeEvent.PartStalled;
import dev.tributary.core.watchdog.StallingNode.Found;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * Injects each stall into a real node, many times in a row, and prints what the watchdog called it and how long after
 * its threshold. Ends with 1 if one was called wrongly or late.
 */
public final class StallDemo {

    /** Maximum time in milliseconds from the threshold to the report. */
    static final double MAX_DELAY = 50;

    private StallDemo() {}

    /** What the watchdog made of one injected stall; the delay is in milliseconds after the threshold. */
    record Round(boolean isRight, double delay, String report) {}

    public static void main(String[] arguments) {
        int rounds = Integer.getInteger("rounds", 20);
        boolean isGood = true;
        System.out.printf(
                "| %-29s | %-12s | %-5s | %-30s |%n", "injected", "verdict", "right", "after its threshold, ms");
        System.out.printf("|%s|%s|%s|%s|%n", "-".repeat(31), "-".repeat(14), "-".repeat(7), "-".repeat(32));
        for (InjectedStall stall : InjectedStall.values()) {
            List<Round> all = new ArrayList<>();
            for (int i = 0; i < rounds; i++) {
                all.add(run(stall));
            }
            isGood &= print(stall, all);
        }
        System.exit(isGood ? 0 : 1);
    }

    /** Injects the stall into a new node. */
    static Round run(InjectedStall stall) {
        CountDownLatch release = new CountDownLatch(1);
        try (StallingNode node = new StallingNode()) {
            try {
                stall.inject(node, release);
                Found found = node.next();
                if (found == null) {
                    return new Round(false, Double.MAX_VALUE, "nothing");
                }
                long late = found.at() - node.stalledAt() - stall.threshold.toNanos();
                PartStalled report = found.stall();
                return new Round(report.verdict() == stall.verdict, late / 1e6, report.toString());
            } finally {
                release.countDown();
            }
        }
    }

    private static boolean print(InjectedStall stall, List<Round> all) {
        double[] delays = all.stream().mapToDouble(Round::delay).sorted().toArray();
        long right = all.stream().filter(Round::isRight).count();
        System.out.printf(
                "| %-29s | %-12s | %-5s | min %5.1f, p50 %5.1f, max %5.1f |%n",
                stall.description,
                stall.verdict,
                right + "/" + all.size(),
                delays[0],
                delays[delays.length / 2],
                delays[delays.length - 1]);
        all.stream()
                .filter(round -> !round.isRight())
                .forEach(round -> System.out.println("  wrong: " + round.report()));
        return right == all.size() && delays[delays.length - 1] <= MAX_DELAY;
    }
}
