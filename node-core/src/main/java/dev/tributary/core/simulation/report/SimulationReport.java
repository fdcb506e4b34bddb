package dev.tributary.core.simulation.report;

import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The results of a workload, and of the network during it. Equal for equal seeds.
 *
 * @param run the simulation itself: its seed, time and events
 * @param nodes the number of nodes
 * @param operations the outcomes of the operations
 * @param updateDelivery the results of updates and subscriptions, if the workload has any
 * @param messages the messages sent while operations ran, by kind
 * @param replicas the replicas of the contracts
 * @param topology the links between the nodes
 * @param leftovers what the operations left behind in the nodes
 */
public record SimulationReport(
        Run run,
        Nodes nodes,
        Operations operations,
        Optional<UpdateDelivery> updateDelivery,
        SortedMap<String, MessageCount> messages,
        Replicas replicas,
        Topology topology,
        Leftovers leftovers) {

    public SimulationReport {
        messages = Collections.unmodifiableSortedMap(new TreeMap<>(messages));
    }

    /**
     * The simulation itself.
     *
     * @param seed the seed of all random draws
     * @param events the number of network events since the network's beginning
     * @param fingerprint SHA-256 of those events, in order
     * @param virtualTime the virtual time since the network's beginning
     */
    public record Run(long seed, long events, String fingerprint, Duration virtualTime) {}

    /**
     * The number of nodes.
     *
     * @param total the number of nodes, gateways included
     * @param gateways the number of gateways
     * @param up the number of nodes running at the end
     * @param crashes the number of node crashes
     * @param restarts the number of node restarts
     */
    public record Nodes(int total, int gateways, int up, int crashes, int restarts) {}

    /**
     * The outcomes of the operations.
     *
     * @param puts the outcomes of PUTs
     * @param gets the outcomes of GETs
     * @param updates the outcomes of UPDATEs
     * @param subscriptions the outcomes of SUBSCRIBEs; a success received a state
     * @param stale GETs that returned a state older than the one acknowledged before they started; they count as
     *     success
     * @param reasons the number of failed operations by kind of error
     * @param putHops the number of hops from each PUT's node to the root
     * @param getHops the number of hops from each GET's node to the replica
     */
    public record Operations(
            Outcomes puts,
            Outcomes gets,
            Outcomes updates,
            Outcomes subscriptions,
            long stale,
            SortedMap<String, Long> reasons,
            Histogram putHops,
            Histogram getHops) {

        public Operations {
            reasons = Collections.unmodifiableSortedMap(new TreeMap<>(reasons));
        }
    }

    /**
     * The replicas of the contracts.
     *
     * @param copies the number of running nodes that store each contract whose PUT was acknowledged
     * @param diverged the number of contracts whose replicas on running nodes differ
     */
    public record Replicas(Histogram copies, int diverged) {}

    /**
     * The links between the nodes.
     *
     * @param neighbours the number of neighbours of each running node
     * @param distances the ring distances of linked nodes: k counts links of a distance in [2^-(k+1), 2^-k)
     */
    public record Topology(Histogram neighbours, Histogram distances) {}

    /**
     * What the operations left behind in the nodes.
     *
     * @param tables {@link dev.tributary.core.engine.TableSizes} summed over the nodes that were never idle: all zero
     *     when nothing leaks
     * @param neverIdle the number of nodes whose tables were never empty, long after the last operation
     * @param lateReplies replies that arrived after their request had ended
     */
    public record Leftovers(SortedMap<String, Long> tables, int neverIdle, long lateReplies) {

        public Leftovers {
            tables = Collections.unmodifiableSortedMap(new TreeMap<>(tables));
        }
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
        return operations.puts.plus(operations.gets).plus(operations.updates).plus(operations.subscriptions);
    }

    /** The total of all messages. */
    public MessageCount traffic() {
        return messages.values().stream().reduce(MessageCount.NONE, MessageCount::plus);
    }

    /** The report as JSON: the same bytes for equal reports, with the keys in a fixed order. */
    public String toJson() {
        return ReportJson.of(this);
    }
}
