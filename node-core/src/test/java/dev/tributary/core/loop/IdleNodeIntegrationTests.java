package dev.tributary.core.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.OperatingSystemMXBean;
import dev.tributary.core.Node;
import dev.tributary.core.NodeBuilder;
import dev.tributary.core.NodeConfig;
import dev.tributary.core.membership.MembershipConfig;
import dev.tributary.core.peer.PeerTransport;
import dev.tributary.core.ring.RingConfig;
import dev.tributary.core.simulation.InMemoryNetwork;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two linked nodes without any requests, for {@code -Dtributary.idle.seconds=n} seconds, 10 by default. */
class IdleNodeIntegrationTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final int MEASURED_SECONDS = Integer.getInteger("tributary.idle.seconds", 10);

    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void idleNodeHandlesNothingAndUsesAlmostNoCpu() {
        InMemoryNetwork network = InMemoryNetwork.create();
        PeerTransport first = network.transport();
        // One neighbour is enough, and the maintenance round after the first comes only after the test.
        Duration quiet = Duration.ofSeconds(MEASURED_SECONDS * 3L / 2 + 30);
        NodeConfig config = NodeConfig.defaults()
                .withRing(RingConfig.defaults().withNeighbours(1, 10))
                .withMembership(MembershipConfig.defaults()
                        .with(it -> it.searchPause(quiet).maintenancePause(quiet)));
        NodeBuilder builder = Node.builder().config(config);
        Node one = builder.transport(first).start().block(TIMEOUT);
        Node other = builder.transport(network.transport())
                .bootstrapPeers(InMemoryNetwork.addressOf(first))
                .start()
                .block(TIMEOUT);
        List<Node> nodes = List.of(one, other);
        await().atMost(TIMEOUT)
                .until(() -> nodes.stream()
                        .allMatch(node -> node.status().neighbours().size() == 1));
        awaitWarmUp();
        List<Long> handledBefore = handled(nodes);
        Map<String, Long> cpuBefore = cpuOfNodes();
        long processBefore = cpuOfProcess();
        long began = System.nanoTime();

        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(MEASURED_SECONDS));

        double elapsed = System.nanoTime() - began;
        Map<String, Long> cpuAfter = cpuOfNodes();
        long process = cpuOfProcess() - processBefore;
        assertThat(handled(nodes)).isEqualTo(handledBefore);
        assertThat(cpuAfter).as("threads of the nodes").isNotEmpty();
        long used = cpuAfter.entrySet().stream()
                .mapToLong(thread -> thread.getValue() - cpuBefore.getOrDefault(thread.getKey(), 0L))
                .sum();
        double percent = 100 * used / elapsed;
        System.out.printf(
                "two idle linked nodes for %.0f s: %.4f %% of one core (%.3f ms) on their %d threads,"
                        + " %.4f %% in the whole process; no event handled%n",
                elapsed / 1e9, percent, used / 1e6, cpuAfter.size(), 100 * process / elapsed);
        assertThat(percent).isLessThan(0.5);
        nodes.forEach(node -> node.stop().block(TIMEOUT));
    }

    /** Waits until the nodes have run one maintenance round and the JIT compiler has finished. */
    private static void awaitWarmUp() {
        CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
        long before = -1;
        for (int second = 0; second < 15 || (second < 25 && before != compiler.getTotalCompilationTime()); second++) {
            before = compiler.getTotalCompilationTime();
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
        }
    }

    private static long cpuOfProcess() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private static List<Long> handled(List<Node> nodes) {
        return nodes.stream().map(node -> node.status().loop().handled()).toList();
    }

    /** CPU time by thread of the nodes and of their shared threads; JVM threads are not counted. */
    private static Map<String, Long> cpuOfNodes() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        Map<String, Long> cpu = new HashMap<>();
        for (ThreadInfo thread : Arrays.asList(threads.getThreadInfo(threads.getAllThreadIds()))) {
            if (thread != null
                    && (thread.getThreadName().startsWith("tributary-")
                            || thread.getThreadName().startsWith("parallel-"))) {
                cpu.put(
                        thread.getThreadName() + "#" + thread.getThreadId(),
                        threads.getThreadCpuTime(thread.getThreadId()));
            }
        }
        return cpu;
    }
}
