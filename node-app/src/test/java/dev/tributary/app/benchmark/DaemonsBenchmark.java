package dev.tributary.app.benchmark;

import dev.tributary.core.value.Contract;
import dev.tributary.transport.client.remote.NodeClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * Measures what users run: three and five processes of the packaged program with their defaults, contracts in WebAssembly,
 * clients over WebSocket; from the first operation after the start, by hundreds. Prints times, rates, and what all nodes
 * use for an operation, and a bare echo in the same run. Arguments: directory, operations of each row (400), options of
 * the nodes' JVMs (none).
 */
public final class DaemonsBenchmark {

    private static final int KIB = 1024;
    private static final int MOST_IN_FLIGHT = 256;

    /** Number of rows from the first operation on: so the cost of a cold node shows. */
    private static final int COLD_ROWS = 3;

    private final DaemonNetwork network;
    private final Registers registers;
    private final int count;

    private DaemonsBenchmark(DaemonNetwork network, Registers registers, int count) {
        this.network = network;
        this.registers = registers;
        this.count = count;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        Path directory = Files.createDirectories(Path.of(args[0]));
        int count = args.length > 1 ? Integer.parseInt(args[1]) : 400;
        List<String> options = List.of(args).subList(Math.min(2, args.length), args.length);
        Registers registers = new Registers();
        CostTable.printHeader();
        for (int size : List.of(3, 5)) {
            Path data = Files.createTempDirectory(directory, size + "-nodes-");
            try (DaemonNetwork network = DaemonNetwork.start(size, data, options, MOST_IN_FLIGHT)) {
                new DaemonsBenchmark(network, registers, count).run(size + " daemons");
            }
        }
    }

    private void run(String title) throws IOException {
        CostTable table = new CostTable(title, network);
        List<Contract> held = new ArrayList<>();
        for (int row = 1; row <= COLD_ROWS; row++) {
            held.addAll(puts(table, "PUT 1 KiB, " + row + ". " + count + " after the start", 1, KIB));
        }
        gets(table, "GET 1 KiB at another node", held, 1);
        try (SubscribedRegister register = SubscribedRegister.open(registers.next(), network, KIB)) {
            table.print(
                    "UPDATE until answered, and shown at another",
                    () -> OperationTimes.run(count, 1, i -> register.update()));
        }
        for (int inFlight : List.of(16, MOST_IN_FLIGHT)) {
            List<Contract> more = puts(table, "PUT 1 KiB", inFlight, KIB);
            gets(table, "GET 1 KiB at another node", more, inFlight);
            gets(table, "GET 1 KiB again", more, inFlight);
            try (SubscribedRegister register = SubscribedRegister.open(registers.next(), network, KIB)) {
                table.print(
                        "UPDATE, that or a later one shown, " + inFlight + " in flight",
                        () -> OperationTimes.run(4 * count, inFlight, i -> register.update()));
            }
        }
        for (int inFlight : List.of(1, 16)) {
            List<Contract> large = puts(table, "PUT 64 KiB", inFlight, 64 * KIB);
            gets(table, "GET 64 KiB at another node", large, inFlight);
        }
        OperationTimes echo = BareEcho.run(10 * count, KIB);
        table.print("bare TCP echo of 1 KiB", () -> echo);
    }

    private List<Contract> puts(CostTable table, String name, int inFlight, int bytes) {
        NodeClient client = network.first();
        List<Contract> contracts = new ArrayList<>();
        int number = inFlight == 1 ? count : 4 * count;
        for (int i = 0; i < number; i++) {
            contracts.add(registers.next());
        }
        table.print(
                name + inFlight(inFlight),
                () -> OperationTimes.run(
                        number, inFlight, i -> client.put(contracts.get(i), Registers.state(1, bytes))));
        return contracts;
    }

    private void gets(CostTable table, String name, List<Contract> contracts, int inFlight) {
        NodeClient client = network.last();
        table.print(
                name + inFlight(inFlight),
                () -> OperationTimes.run(
                        contracts.size(),
                        inFlight,
                        i -> client.get(contracts.get(i).id())
                                .switchIfEmpty(Mono.error(() -> new IllegalStateException("not found")))));
    }

    private static String inFlight(int count) {
        return count == 1 ? "" : ", " + count + " in flight";
    }
}
