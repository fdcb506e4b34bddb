package dev.tributary.core.simulation;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What became of a workload, and of the network meanwhile: facts only, the same for the same seed.
 *
 * @param seed what everything was drawn from
 * @param nodes how many nodes there were, gateways included
 * @param gateways how many of them were gateways
 * @param nodesUp how many were up at the end
 * @param puts what became of the PUTs that were asked for
 * @param gets what became of the GETs that were asked for
 * @param updates what became of the UPDATEs that were asked for
 * @param subscriptions what became of the SUBSCRIBEs that were asked for: a success was shown a state
 * @param living what became of changes and subscribers, if there were to be any
 * @param stale GETs that found a state without what had been acknowledged before they began; they count as success
 * @param reasons why operations failed, by the kind of error
 * @param putHops how many hops each PUT's root was away
 * @param getHops how many hops each GET's copy was away
 * @param messages what was sent while operations ran, by the kind of message
 * @param copies how many nodes that are up hold each contract whose PUT was acknowledged
 * @param diverged contracts of which not all copies on nodes that are up are the same
 * @param neighbours how many neighbours each node that is up has
 * @param distances how far apart on the ring linked nodes are: k counts links of a distance in [2^-(k+1), 2^-k)
 * @param tables {@link dev.tributary.core.loop.TableSizes} of the restless nodes, added up: all zero when nothing leaks
 * @param restless nodes in whose tables there always was something, long after the last operation
 * @param lateReplies replies for which nobody waited any more
 * @param crashes how many nodes crashed
 * @param restarts how many started again
 * @param events how much happened on the network since its beginning
 * @param fingerprint SHA-256 of all that, in its order
 * @param virtualTime how long it took in virtual time, from the network's beginning
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
        Optional<Living> living,
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
        int restless,
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
     * How operations ended.
     *
     * @param requested all that were asked for: the sum of the others
     * @param success stored, or found
     * @param notFound GETs whose search ended without a copy
     * @param refused the node or a peer refused, or a peer was lost
     * @param deadline not over in time
     * @param askerLost the node that was asked crashed meanwhile, and its client with it
     * @param noOutcome no answer at all, long after the deadline: must never be
     */
    public record Outcomes(
            long requested, long success, long notFound, long refused, long deadline, long askerLost, long noOutcome) {

        /** Both together. */
        public Outcomes plus(Outcomes other) {
            return new Outcomes(
                    requested + other.requested,
                    success + other.success,
                    notFound + other.notFound,
                    refused + other.refused,
                    deadline + other.deadline,
                    askerLost + other.askerLost,
                    noOutcome + other.noOutcome);
        }

        /** The successful ones of all whose asker lived to see their end, in 0..1; 1 if there were none. */
        public double successRate() {
            long seen = requested - askerLost;
            return seen == 0 ? 1 : (double) success / seen;
        }
    }

    /**
     * Whether changes arrived. Looked at when all is in step, or five minutes, more than two renewals, after the last
     * operation has ended.
     *
     * @param contracts how many contracts were changed or listened to
     * @param outOfStep how many of these the root and the subscribers' nodes, which all have a lease, do not hold
     *     byte-equal: must be zero
     * @param lost acknowledged changes that are not in what the root holds
     * @param subscribers how many listen still
     * @param staleSubscribers how many of them were last shown something else than what the root holds
     * @param shown states that subscribers were shown, all together
     * @param settling how long after the last operation's end all was in step, seen every 100 ms
     */
    public record Living(
            int contracts,
            int outOfStep,
            int lost,
            int subscribers,
            int staleSubscribers,
            long shown,
            Duration settling) {}

    /** All operations together. */
    public Outcomes outcomes() {
        return puts.plus(gets).plus(updates).plus(subscriptions);
    }

    /** What was sent in all. */
    public MessageCount traffic() {
        return messages.values().stream().reduce(MessageCount.NONE, MessageCount::plus);
    }

    /** The report as JSON: the same bytes for equal reports, keys always in the same order. */
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
        living.ifPresent(facts -> {
            json.put("updates", json(updates));
            json.put("subscriptions", json(subscriptions));
            json.put("living", json(facts));
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
        json.put("restless", restless);
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
        json.put("askerLost", outcomes.askerLost);
        json.put("noOutcome", outcomes.noOutcome);
        return json;
    }

    private static Map<String, Object> json(Living living) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("contracts", living.contracts);
        json.put("outOfStep", living.outOfStep);
        json.put("lost", living.lost);
        json.put("subscribers", living.subscribers);
        json.put("staleSubscribers", living.staleSubscribers);
        json.put("shown", living.shown);
        json.put("settlingMillis", living.settling.toMillis());
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
