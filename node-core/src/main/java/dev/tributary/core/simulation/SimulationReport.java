package dev.tributary.core.simulation;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The results of a workload, and of the network during it. Equal for equal seeds.
 *
 * @param seed the seed of all random draws
 * @param nodes the number of nodes, gateways included
 * @param gateways the number of gateways
 * @param nodesUp the number of nodes running at the end
 * @param puts the outcomes of PUTs
 * @param gets the outcomes of GETs
 * @param updates the outcomes of UPDATEs
 * @param subscriptions the outcomes of SUBSCRIBEs; a success received a state
 * @param updateDelivery the results of updates and subscriptions, if the workload has any
 * @param stale GETs that returned a state older than the one acknowledged before they started; they count as success
 * @param reasons the number of failed operations by kind of error
 * @param putHops the number of hops from each PUT's node to the root
 * @param getHops the number of hops from each GET's node to the replica
 * @param messages the messages sent while operations ran, by kind
 * @param copies the number of running nodes that store each contract whose PUT was acknowledged
 * @param diverged the number of contracts whose replicas on running nodes differ
 * @param neighbours the number of neighbours of each running node
 * @param distances the ring distances of linked nodes: k counts links of a distance in [2^-(k+1), 2^-k)
 * @param tables {@link dev.tributary.core.engine.TableSizes} summed over the nodes that were never idle: all zero when nothing leaks
 * @param neverIdle the number of nodes whose tables were never empty, long after the last operation
 * @param lateReplies replies that arrived after their request had ended
 * @param crashes the number of node crashes
 * @param restarts the number of node restarts
 * @param events the number of network events since the network's beginning
 * @param fingerprint SHA-256 of those events, in order
 * @param virtualTime the virtual time since the network's beginning
 */
public record SimulationReport(
        long seed,
        int nodes,
        int gateways,
        int nodesUp,
        Outcomes puts,
        Outcomes gets,
        Outcomes updates,
        Outcomes subscriptions,
        Optional<UpdateDelivery> updateDelivery,
        long stale,
        SortedMap<String, Long> reasons,
        Histogram putHops,
        Histogram getHops,
        SortedMap<String, MessageCount> messages,
        Histogram copies,
        int diverged,
        Histogram neighbours,
        Histogram distances,
        SortedMap<String, Long> tables,
        int neverIdle,
        long lateReplies,
        int crashes,
        int restarts,
        long events,
        String fingerprint,
        Duration virtualTime) {

    public SimulationReport {
        reasons = Collections.unmodifiableSortedMap(new TreeMap<>(reasons));
        messages = Collections.unmodifiableSortedMap(new TreeMap<>(messages));
        tables = Collections.unmodifiableSortedMap(new TreeMap<>(tables));
    }

    /**
     * The number of operations by outcome.
     *
     * @param requested all operations: the sum of the others
     * @param success the state was stored or found
     * @param notFound the search ended without a replica
     * @param refused the node or a peer refused, or a peer was lost
     * @param deadline the deadline passed
     * @param nodeCrashed the client's node crashed during the operation
     * @param noOutcome no outcome long after the deadline: always a bug
     */
    public record Outcomes(
            long requested,
            long success,
            long notFound,
            long refused,
            long deadline,
            long nodeCrashed,
            long noOutcome) {

        /** The sum of both. */
        public Outcomes plus(Outcomes other) {
            return new Outcomes(
                    requested + other.requested,
                    success + other.success,
                    notFound + other.notFound,
                    refused + other.refused,
                    deadline + other.deadline,
                    nodeCrashed + other.nodeCrashed,
                    noOutcome + other.noOutcome);
        }

        /** The fraction of successes among the operations whose node did not crash, in 0..1; 1 if there are none. */
        public double successRate() {
            long observed = requested - nodeCrashed;
            return observed == 0 ? 1 : (double) success / observed;
        }
    }

    /**
     * The delivery of updates to replicas and subscribers. Taken when all are in sync, or five minutes (more than two
     * renewals) after the last operation has ended.
     *
     * @param contracts the number of contracts that were updated or subscribed to
     * @param outOfSync the number of these whose states at the root and at the subscribers' nodes, which all have a
     *     lease, are not byte-equal: must be zero
     * @param lost acknowledged updates that the root's state does not contain
     * @param subscribers the number of active subscribers
     * @param staleSubscribers the number of subscribers whose last state differs from the root's
     * @param statesDelivered the number of states that all subscribers received
     * @param settlingTime the time from the last operation's end until all were in sync, sampled every 100 ms
     */
    public record UpdateDelivery(
            int contracts,
            int outOfSync,
            int lost,
            int subscribers,
            int staleSubscribers,
            long statesDelivered,
            Duration settlingTime) {}

    /** The outcomes of all operations. */
    public Outcomes outcomes() {
        return puts.plus(gets).plus(updates).plus(subscriptions);
    }

    /** The total of all messages. */
    public MessageCount traffic() {
        return messages.values().stream().reduce(MessageCount.NONE, MessageCount::plus);
    }

    /** The report as JSON: the same bytes for equal reports, with the keys in a fixed order. */
    public String toJson() {
        MessageCount traffic = traffic();
        long requested = outcomes().requested();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("seed", seed);
        json.put("nodes", nodes);
        json.put("gateways", gateways);
        json.put("nodesUp", nodesUp);
        json.put("operations", json(outcomes()));
        json.put("puts", json(puts));
        json.put("gets", json(gets));
        updateDelivery.ifPresent(delivery -> {
            json.put("updates", json(updates));
            json.put("subscriptions", json(subscriptions));
            json.put("updateDelivery", json(delivery));
        });
        json.put("stale", stale);
        json.put("reasons", reasons);
        json.put("putHops", json(putHops));
        json.put("getHops", json(getHops));
        json.put("messages", messages(messages));
        json.put("messagesPerOperation", (double) traffic.messages() / requested);
        json.put("bytesPerOperation", (double) traffic.bytes() / requested);
        json.put("copies", json(copies));
        json.put("diverged", diverged);
        json.put("neighbours", json(neighbours));
        json.put("distances", json(distances));
        json.put("tables", tables);
        json.put("neverIdle", neverIdle);
        json.put("lateReplies", lateReplies);
        json.put("crashes", crashes);
        json.put("restarts", restarts);
        json.put("events", events);
        json.put("fingerprint", fingerprint);
        json.put("virtualMillis", virtualTime.toMillis());
        return Json.write(json);
    }

    private static Map<String, Object> json(Outcomes outcomes) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("requested", outcomes.requested);
        json.put("success", outcomes.success);
        json.put("notFound", outcomes.notFound);
        json.put("refused", outcomes.refused);
        json.put("deadline", outcomes.deadline);
        json.put("nodeCrashed", outcomes.nodeCrashed);
        json.put("noOutcome", outcomes.noOutcome);
        return json;
    }

    private static Map<String, Object> json(UpdateDelivery delivery) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("contracts", delivery.contracts);
        json.put("outOfSync", delivery.outOfSync);
        json.put("lost", delivery.lost);
        json.put("subscribers", delivery.subscribers);
        json.put("staleSubscribers", delivery.staleSubscribers);
        json.put("statesDelivered", delivery.statesDelivered);
        json.put("settlingMillis", delivery.settlingTime.toMillis());
        return json;
    }

    private static Map<String, Object> json(Histogram histogram) {
        Map<String, Object> counts = new LinkedHashMap<>();
        histogram.counts().forEach((number, count) -> counts.put(Integer.toString(number), count));
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("min", histogram.min());
        json.put("median", histogram.median());
        json.put("mean", histogram.mean());
        json.put("p99", histogram.percentile(99));
        json.put("max", histogram.max());
        json.put("histogram", counts);
        return json;
    }

    private static Map<String, Object> messages(Map<String, MessageCount> messages) {
        Map<String, Object> json = new LinkedHashMap<>();
        messages.forEach((kind, count) -> {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("messages", count.messages());
            one.put("bytes", count.bytes());
            json.put(kind, one);
        });
        return json;
    }
}
