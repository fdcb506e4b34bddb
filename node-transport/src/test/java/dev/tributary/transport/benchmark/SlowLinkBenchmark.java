package dev.tributary.transport.benchmark;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.PutReceipt;
import java.time.Duration;

/**
 * Measures a PUT of a large state over a slow link of real sockets: two nodes over TLS, and between them a forwarder of a
 * fixed bandwidth. Prints the receipt, the time, and the bytes on the link in units of the state. With
 * {@code -Dreactor.netty.native=false} without epoll, where nothing limits what the kernel holds. Arguments: MiB (50),
 * bytes a second (250000).
 */
public final class SlowLinkBenchmark {

    private SlowLinkBenchmark() {}

    public static void main(String[] args) throws Exception {
        int bytes = ((args.length > 0 ? Integer.parseInt(args[0]) : 50) << 20) - 1024;
        int bandwidth = args.length > 1 ? Integer.parseInt(args[1]) : 250_000;
        try (SlowForwarder forwarder = new SlowForwarder(bandwidth)) {
            BenchmarkNodes nodes = BenchmarkNodes.chain(2, forwarder::to);
            Contract contract = nodes.contractsTowardsTheEnd().findFirst().orElseThrow();
            long before = forwarder.bytes();
            long start = System.nanoTime();
            PutReceipt receipt = nodes.first()
                    .put(contract, LastWriterWins.state(1, new byte[bytes]))
                    .block(Duration.ofMinutes(11));
            System.out.printf(
                    "%s after %d s; %.3f of the state on the link%n",
                    receipt,
                    (System.nanoTime() - start) / 1_000_000_000,
                    (double) (forwarder.bytes() - before) / bytes);
            nodes.stop();
        }
        System.exit(0);
    }
}
