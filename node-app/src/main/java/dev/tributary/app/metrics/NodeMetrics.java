package dev.tributary.app.metrics;

import dev.tributary.core.Node;
import dev.tributary.core.NodeStatus;
import dev.tributary.core.loop.LoopSnapshot;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.transport.client.http.DoorAnswer;
import dev.tributary.transport.client.http.DoorPage;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import reactor.core.publisher.Mono;

/**
 * What a {@link NodeStatus} and the Java machine say of themselves, in the text format of Prometheus. All of one page are of
 * one moment. To be closed.
 */
public final class NodeMetrics implements AutoCloseable {

    private static final String FORMAT = "text/plain; version=0.0.4; charset=utf-8";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private final Node node;

    /** Read and written by whoever asks; the latest of several at once serves all of them. */
    private volatile NodeStatus now;

    public NodeMetrics(Node node) {
        this.node = node;
        this.now = node.status();
        network();
        work();
        holdings();
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        collections.bindTo(registry);
    }

    private void network() {
        for (PeerLink.Direction direction : PeerLink.Direction.values()) {
            Gauge.builder("tributary.neighbours", this, it -> it.now.neighbours(direction))
                    .description("peers that the node is linked to, by who dialled")
                    .tags(Tags.of(Tag.of("direction", direction.name().toLowerCase(Locale.ROOT))))
                    .register(registry);
        }
        gauge(
                "guests",
                "peers that look for neighbours through this node",
                it -> it.ring().guests());
    }

    private void work() {
        counter(
                "loop.events",
                "events that the loop has handled",
                it -> it.loop().handled());
        counter("loop.faults", "events whose handler failed", it -> it.loop().faults());
        counter("loop.stalls", "times that the loop hung", it -> it.loop().stalls());
        gauge("loop.waiting", "events that wait", it -> it.loop().waiting());
        gauge("loop.stalled", "1 while the loop hangs", it -> it.loop().state() == LoopSnapshot.State.STALLED ? 1 : 0);
        gauge(
                "operations.clients",
                "operations of own clients under way",
                it -> it.tables().clientOperations());
        gauge(
                "operations.strangers",
                "operations of others under way",
                it -> it.tables().strangerOperations());
        gauge(
                "exchanges",
                "requests to peers that wait for their reply",
                it -> it.tables().exchanges());
        counter(
                "late.replies",
                "replies that nobody waited for any more",
                it -> it.tables().lateReplies());
        counter(
                "contract.calls",
                "calls of contracts that ended",
                it -> it.contracts().finished());
        counter(
                "contract.failures",
                "calls of contracts that broke off",
                it -> it.contracts().failed());
    }

    private void holdings() {
        gauge("contracts", "contracts that are held", it -> it.store().contracts());
        gauge("state.bytes", "bytes of states that are held", it -> it.store().stateBytes());
        gauge(
                "hosting.bytes",
                "bytes that count against the budget",
                it -> it.hosting().bytes());
        gauge(
                "hosting.budget.bytes",
                "bytes that are hosted at most",
                it -> it.hosting().budget());
        gauge(
                "hosting.roots",
                "contracts that this node is the root of",
                it -> it.hosting().roots());
    }

    private void gauge(String name, String description, ToDoubleFunction<NodeStatus> figure) {
        Gauge.builder("tributary." + name, this, it -> figure.applyAsDouble(it.now))
                .description(description)
                .register(registry);
    }

    private void counter(String name, String description, ToDoubleFunction<NodeStatus> figure) {
        FunctionCounter.builder("tributary." + name, this, it -> figure.applyAsDouble(it.now))
                .description(description)
                .register(registry);
    }

    /** The page for the monitoring system. */
    public DoorPage page() {
        return request -> Mono.fromCallable(() -> DoorAnswer.of(200, FORMAT, scrape()));
    }

    private String scrape() {
        now = node.status();
        return registry.scrape();
    }

    @Override
    public void close() {
        collections.close();
        registry.close();
    }
}
