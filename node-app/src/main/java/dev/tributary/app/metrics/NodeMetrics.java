package dev.tributary.app.metrics;

import dev.tributary.core.Node;
import dev.tributary.core.NodeStatus;
import dev.tributary.core.engine.TableSizes;
import dev.tributary.core.loop.LoopSnapshot;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.value.NodeEvent.PartStalled;
import dev.tributary.transport.client.http.HttpPage;
import dev.tributary.transport.client.http.HttpReply;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import reactor.core.publisher.Mono;

/**
 * Metrics of the {@link NodeStatus} and of the JVM, in the text format of Prometheus. All node metrics of one scrape
 * are of the same moment. Must be closed.
 */
public final class NodeMetrics implements AutoCloseable {

    private static final String FORMAT = "text/plain; version=0.0.4; charset=utf-8";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics gcMetrics = new JvmGcMetrics();
    private final Node node;

    /** Replaced at each scrape; concurrent scrapes may all report the latest one. */
    private volatile NodeStatus current;

    public NodeMetrics(Node node) {
        this.node = node;
        this.current = node.status();
        network();
        load();
        storage();
        freshness();
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        gcMetrics.bindTo(registry);
    }

    private void network() {
        for (PeerLink.Direction direction : PeerLink.Direction.values()) {
            Gauge.builder("tributary.neighbours", this, it -> it.current.neighbours(direction))
                    .description("neighbours, by direction of the dial")
                    .tags(Tags.of(Tag.of("direction", direction.name().toLowerCase(Locale.ROOT))))
                    .register(registry);
        }
        gauge(
                "transient.links",
                "transient links: peers that search for neighbours through this node",
                it -> it.membership().transientLinks());
    }

    private void load() {
        counter("loop.events", "events handled by the loop", it -> it.loop().handled());
        counter("loop.faults", "events whose handler failed", it -> it.loop().faults());
        counter("loop.stalls", "times that the loop stalled", it -> it.loop().stalls());
        gauge("loop.waiting", "events waiting in the queue", it -> it.loop().waiting());
        gauge(
                "loop.stalled",
                "1 while the loop is stalled",
                it -> it.loop().state() == LoopSnapshot.State.STALLED ? 1 : 0);
        stalls();
        gauge(
                "operations.clients",
                "running operations of this node's clients",
                it -> it.tables().operations().clientOperations());
        gauge(
                "operations.remote",
                "running operations of other nodes",
                it -> it.tables().operations().remoteOperations());
        gauge(
                "exchanges",
                "requests to peers that wait for their reply",
                it -> it.tables().operations().exchanges());
        for (TableSizes.Memory memory : current.tables().memory()) {
            memory(memory.name(), "used", TableSizes.Memory::used);
            memory(memory.name(), "limit", TableSizes.Memory::limit);
        }
        counter(
                "late.replies",
                "replies that arrived after their request was over",
                it -> it.tables().lateReplies());
        dropped("updates", TableSizes.Dropped::updateNotices);
        dropped("dials", TableSizes.Dropped::dials);
        dropped("background-work", TableSizes.Dropped::backgroundWork);
        dropped("node-events", TableSizes.Dropped::nodeEvents);
        counter(
                "contract.calls",
                "contract calls that ended",
                it -> it.contracts().calls().finished());
        counter(
                "contract.failures",
                "contract calls that failed",
                it -> it.contracts().calls().failed());
        gauge(
                "contract.calls.overdue",
                "contract calls over their time that still run",
                it -> it.contracts().calls().queue().overdue().size());
        counter(
                "contract.overdue",
                "contract calls that went over their time",
                it -> it.contracts().calls().queue().overdueCalls());
    }

    private void stalls() {
        FunctionCounter.builder(
                        "tributary.lost.wakeups", node, it -> it.stalls().lostWakeUps())
                .description("wake-ups of the loop that were lost, found and repaired: always a bug")
                .register(registry);
        for (PartStalled.Verdict verdict : PartStalled.Verdict.values()) {
            FunctionCounter.builder("tributary.stalls", node, it -> it.stalls().count(verdict))
                    .description("stalls of a part of the node that the watchdog found, by verdict")
                    .tags(Tags.of(Tag.of("verdict", verdict.label())))
                    .register(registry);
        }
    }

    private void storage() {
        gauge("contracts", "stored contracts", it -> it.contracts().store().contracts());
        gauge(
                "state.bytes",
                "bytes of stored states",
                it -> it.contracts().store().stateBytes());
        gauge(
                "hosting.bytes",
                "bytes that count against the hosting budget",
                it -> it.contracts().hosting().bytes());
        gauge(
                "hosting.budget.bytes",
                "hosting budget in bytes",
                it -> it.contracts().hosting().budget());
        gauge(
                "hosting.roots",
                "contracts whose root is this node",
                it -> it.contracts().hosting().roots());
        disk();
        damage();
    }

    private void disk() {
        gauge(
                "store.writable",
                "1 while the store takes commits",
                it -> it.contracts().health().isWritable() ? 1 : 0);
        counter(
                "store.refused",
                "commits that the store refused or failed",
                it -> it.contracts().health().refusedCommits());
        counter(
                "store.slow",
                "group commits that took more than a second",
                it -> it.contracts().health().slowCommits());
        gauge(
                "store.commit.longest.seconds",
                "duration of the longest group commit",
                it -> it.contracts().health().longestCommit().toNanos() / 1e9);
    }

    private void damage() {
        gauge(
                "damaged.contracts",
                "contracts whose copy cannot be read now",
                it -> it.contracts().hosting().copies().damage().damaged());
        gauge(
                "damaged.lost",
                "damaged copies of which no other node has had one for a day",
                it -> it.contracts().hosting().copies().damage().lost());
        counter(
                "damaged.found",
                "damaged copies found",
                it -> it.contracts().hosting().copies().damage().found());
        counter(
                "damaged.repaired",
                "damaged copies that could be read again",
                it -> it.contracts().hosting().copies().damage().repaired());
        counter(
                "scrub.passes",
                "complete passes over all copies",
                it -> it.contracts().hosting().copies().damage().scrubs());
        counter(
                "scrub.bytes",
                "bytes read to find damaged copies",
                it -> it.contracts().hosting().copies().damage().scrubbedBytes());
    }

    private void freshness() {
        gauge(
                "hosting.pinned",
                "pinned contracts",
                it -> it.contracts().hosting().copies().pinned());
        gauge(
                "hosting.pinned.bytes",
                "bytes of states and parameters of pinned contracts",
                it -> it.contracts().hosting().copies().pinnedBytes());
        gauge(
                "hosting.diverged",
                "contracts of which a peer holds a state that cannot be merged",
                it -> it.contracts().hosting().copies().diverged());
        counter(
                "gets.unconfirmed",
                "answers to clients that no other host had confirmed",
                it -> it.contracts().hosting().copies().unconfirmed());
    }

    private void memory(String purpose, String kind, ToLongFunction<TableSizes.Memory> value) {
        Gauge.builder(
                        "tributary.peer.memory.bytes",
                        this,
                        it -> it.current.tables().memory().stream()
                                .filter(each -> each.name().equals(purpose))
                                .mapToLong(value)
                                .sum())
                .description("memory that peers use, by purpose; and its limit")
                .tags(Tags.of(Tag.of("purpose", purpose), Tag.of("kind", kind)))
                .register(registry);
    }

    private void dropped(String what, ToLongFunction<TableSizes.Dropped> value) {
        FunctionCounter.builder(
                        "tributary.dropped",
                        this,
                        it -> value.applyAsLong(it.current.tables().dropped()))
                .description("what was dropped without an answer to its sender, by kind")
                .tags(Tags.of(Tag.of("kind", what)))
                .register(registry);
    }

    private void gauge(String name, String description, ToDoubleFunction<NodeStatus> value) {
        Gauge.builder("tributary." + name, this, it -> value.applyAsDouble(it.current))
                .description(description)
                .register(registry);
    }

    private void counter(String name, String description, ToDoubleFunction<NodeStatus> value) {
        FunctionCounter.builder("tributary." + name, this, it -> value.applyAsDouble(it.current))
                .description(description)
                .register(registry);
    }

    /** The page that a monitoring system scrapes. */
    public HttpPage page() {
        return request -> Mono.fromCallable(() -> HttpReply.of(200, FORMAT, scrape()));
    }

    String scrape() {
        current = node.status();
        return registry.scrape();
    }

    @Override
    public void close() {
        gcMetrics.close();
        registry.close();
    }
}
