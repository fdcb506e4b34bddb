package dev.tributary.app.cli;

import dev.tributary.app.Main;
import dev.tributary.app.node.FatalExit;
import dev.tributary.core.Node;
import dev.tributary.core.NodeSchedulers;
import dev.tributary.core.contract.JavaContractRuntime;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.contract.Verdict;
import dev.tributary.core.simulation.InMemoryNetwork;
import dev.tributary.core.test.ValidatingContract;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.State;
import io.netty.util.concurrent.DefaultEventExecutor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** The main class of the processes of {@link FatalExitIntegrationTests}: a node on which an error is provoked. */
final class FatalNode {

    private FatalNode() {}

    public static void main(String[] arguments) throws InterruptedException {
        if (arguments[0].equals("heap")) {
            fillTheHeapOfARunningNode(Arrays.copyOfRange(arguments, 1, arguments.length));
        } else {
            FatalExit exit = FatalExit.install();
            LogLevels.reportFatalErrors();
            if (arguments[0].equals("part")) {
                exit.watch(startWithoutTimer());
            } else {
                fail(arguments[0], start());
            }
        }
        Thread.sleep(60_000);
    }

    private static Node start() {
        return Objects.requireNonNull(Node.builder()
                .transport(InMemoryNetwork.create().transport())
                .runtime(JavaContractRuntime.of(new Exhausting()))
                .start()
                .block());
    }

    /** A node whose timer has ended. */
    private static Node startWithoutTimer() {
        Scheduler timer = Schedulers.newSingle("timer");
        Node node = Objects.requireNonNull(Node.builder()
                .transport(InMemoryNetwork.create().transport())
                .schedulers(new NodeSchedulers(
                        Schedulers.newSingle("loop"), timer, Schedulers.boundedElastic(), Schedulers.parallel()))
                .start()
                .block());
        timer.dispose();
        return node;
    }

    private static void fail(String where, Node node) {
        Contract contract = LastWriterWins.named("x");
        State state = LastWriterWins.state(1, new byte[1]);
        switch (where) {
            case "contract" ->
                node.put(Contract.of(Exhausting.CODE, Parameters.utf8("")), state)
                        .subscribe();
            case "callback" ->
                node.put(contract, state).subscribe(receipt -> {
                    throw new OutOfMemoryError("provoked");
                });
            case "timer" ->
                Schedulers.single().schedule(() -> {
                    throw new OutOfMemoryError("provoked");
                });
            case "operator" ->
                Mono.just(1)
                        .publishOn(Schedulers.parallel())
                        .map(one -> {
                            throw new InternalError("provoked");
                        })
                        .subscribe();
            case "dropped" -> {
                Sinks.One<Integer> sink = Sinks.one();
                sink.asMono().subscribe(value -> {}, failure -> {
                    throw new OutOfMemoryError("provoked");
                });
                new Thread(() -> sink.tryEmitError(new IllegalStateException("first"))).start();
            }
            case "net" ->
                new DefaultEventExecutor().execute(() -> {
                    throw new OutOfMemoryError("provoked");
                });
            default ->
                new Thread(() -> {
                            throw new OutOfMemoryError("provoked");
                        })
                        .start();
        }
    }

    /** A real exhaustion: whichever thread allocates next gets the error. */
    private static void fillTheHeapOfARunningNode(String[] arguments) throws InterruptedException {
        Thread node = new Thread(() -> Main.main(arguments));
        node.start();
        while (Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("tributary-heartbeat"))) {
            Thread.sleep(50);
        }
        List<byte[]> held = new ArrayList<>();
        for (int size = 1 << 20; size > 0; ) {
            try {
                held.add(new byte[size]);
            } catch (OutOfMemoryError full) {
                size /= 2;
            }
        }
        Thread.sleep(60_000);
        System.out.println(held.size());
    }

    private record Exhausting() implements ValidatingContract {

        private static final ContractCode CODE = ContractCode.of(Bytes.utf8("exhausting"));

        @Override
        public ContractCode code() {
            return CODE;
        }

        @Override
        public Verdict validate(Parameters parameters, State state) {
            List<long[]> held = new ArrayList<>();
            while (held.size() < Integer.MAX_VALUE) {
                held.add(new long[1 << 20]);
            }
            return Verdict.valid();
        }
    }
}
