package dev.tributary.core.contract.wasm;

import dev.tributary.core.error.NodeException;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateSummary;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Calls modules and answers with randomly changed bytes, outside the normal build. Every call must return or throw a
 * {@link NodeException}; any other result ends the run, which the printed seed repeats. Arguments: the seconds, 60 by
 * default, and the seed.
 */
public final class GuestFuzzer {

    private static final State STATE = State.utf8("state");

    private final Random random;
    private final Map<String, Integer> outcomes = new HashMap<>();

    private GuestFuzzer(long seed) {
        random = new Random(seed);
    }

    public static void main(String[] args) {
        long seconds = args.length > 0 ? Long.parseLong(args[0]) : 60;
        long seed = args.length > 1 ? Long.parseLong(args[1]) : System.nanoTime();
        System.out.println("seed " + seed);
        new GuestFuzzer(seed).run(seconds);
    }

    private void run(long seconds) {
        WasmLimits limits = WasmLimits.defaults()
                .withCalls(WasmLimits.CallLimits.defaults()
                        .withCpuTime(Duration.ofMillis(200))
                        .withWallTime(Duration.ofSeconds(20))
                        .withMemoryPages(256));
        long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
        try (WasmContractRuntime runtime = Probe.runtime(limits)) {
            while (System.nanoTime() < end) {
                recordOutcome("module", () -> runtime.validate(changedModule(), STATE));
                for (int i = 0; i < 20; i++) {
                    Contract answering = Probe.PLAIN.contract('X', changedAnswer());
                    recordOutcome("answer", () -> runtime.validate(answering, STATE));
                    recordOutcome("answer", () -> runtime.summarize(answering, STATE));
                    recordOutcome("answer", () -> runtime.delta(answering, STATE, StateSummary.utf8("")));
                    recordOutcome(
                            "pointer",
                            () -> runtime.summarize(
                                    Probe.PLAIN.contract(
                                            'Y', random.nextLong() >>> random.nextInt(64), random.nextInt()),
                                    STATE));
                    recordOutcome(
                            "pointer",
                            () -> runtime.summarize(
                                    Probe.PLAIN.contract('Z', random.nextLong() >>> random.nextInt(64)), STATE));
                }
            }
            runtime.validate(Probe.PLAIN.contract('V'), STATE);
            System.out.println(outcomes + " threads " + Thread.activeCount());
        }
    }

    private void recordOutcome(String what, Runnable call) {
        String outcome;
        try {
            call.run();
            outcome = "answered";
        } catch (NodeException expected) {
            outcome = expected.getClass().getSimpleName();
        }
        outcomes.merge(what + " " + outcome, 1, Integer::sum);
    }

    private Contract changedModule() {
        byte[] module = List.of(Probe.PLAIN, Probe.STREAMING, Probe.HOST)
                .get(random.nextInt(3))
                .code()
                .bytes()
                .toArray();
        for (int i = random.nextInt(4); i >= 0; i--) {
            module[8 + random.nextInt(module.length - 8)] = (byte) random.nextInt();
        }
        return GuestText.contract(module);
    }

    private byte[] changedAnswer() {
        byte[] answer = new byte[random.nextInt(60)];
        for (int i = 0; i < answer.length; i++) {
            answer[i] = (byte) (random.nextInt(4) == 0 ? random.nextInt() : random.nextInt(3));
        }
        return answer;
    }
}
