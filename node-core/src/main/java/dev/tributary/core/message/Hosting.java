package dev.tributary.core.message;

import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.HopsToLive;
import dev.tributary.core.value.StateDigest;
import dev.tributary.core.value.TransactionId;
import dev.tributary.core.value.Visited;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The hosting family: two neighbours detect which of their replicas differ, without sending the states. */
public final class Hosting {

    private Hosting() {}

    /**
     * A replica that the sender holds.
     *
     * @param bytes total size of state, parameters and code
     * @param confirmed whether another host has confirmed the replica since the sender started
     */
    public record Replica(ContractInstanceId id, StateDigest digest, int bytes, boolean confirmed) {

        /** Creates a confirmed replica. */
        public Replica(ContractInstanceId id, StateDigest digest, int bytes) {
            this(id, digest, bytes, true);
        }

        public Replica {
            if (bytes < 0) {
                throw new IllegalArgumentException("bytes must be 0 or more, not " + bytes);
            }
        }
    }

    /** Lists replicas that the sender holds and the neighbour should hold as well, each contract once. */
    public record Offer(TransactionId tx, Duration budget, List<Replica> replicas) implements PeerRequest {

        /** Maximum number of replicas: 10,000 contracts need 40 messages, and an offer of 17 KiB is a small message. */
        public static final int MAX = 256;

        public Offer {
            replicas = List.copyOf(replicas);
            if (replicas.size() > MAX) {
                throw new IllegalArgumentException("at most " + MAX + " replicas per offer, not " + replicas.size());
            }
            Set<ContractInstanceId> seen = new HashSet<>();
            for (Replica replica : replicas) {
                if (!seen.add(replica.id())) {
                    throw new IllegalArgumentException("contract " + replica.id() + " is offered twice");
                }
            }
        }

        /** The positions of the replicas that no other host has confirmed, from 0. */
        public Set<Integer> unconfirmed() {
            return IntStream.range(0, replicas.size())
                    .filter(position -> !replicas.get(position).confirmed())
                    .boxed()
                    .collect(Collectors.toSet());
        }

        /** Returns 0: the request is between two neighbours. */
        @Override
        public HopsToLive hopsToLive() {
            return new HopsToLive(0);
        }

        @Override
        public Visited visited() {
            return Visited.none();
        }

        @Override
        public PeerRequest.Kind kind() {
            return PeerRequest.Kind.HOSTING_OFFER;
        }
    }

    /**
     * The reply to an offer.
     *
     * @param verdicts one for each replica, in the order of the offer
     * @param unconfirmed positions in the offer, from 0, of the contracts whose replica at the replying node no other
     *     host has confirmed since it started: an equal one does not confirm the sender's
     */
    public record Answer(TransactionId tx, List<Verdict> verdicts, Set<Integer> unconfirmed) implements PeerReply {

        /** Creates a reply of a node whose replicas are all confirmed. */
        public Answer(TransactionId tx, List<Verdict> verdicts) {
            this(tx, verdicts, Set.of());
        }

        public Answer {
            verdicts = List.copyOf(verdicts);
            unconfirmed = Set.copyOf(unconfirmed);
            if (verdicts.size() > Offer.MAX) {
                throw new IllegalArgumentException(
                        "at most " + Offer.MAX + " verdicts per reply, not " + verdicts.size());
            }
        }

        @Override
        public PeerReply.Kind kind() {
            return PeerReply.Kind.HOSTING_ANSWER;
        }
    }

    /**
     * Tells a neighbour that the sender no longer syncs these contracts with it: the neighbour may drop its record of
     * them.
     */
    public record Unfollowed(TransactionId tx, List<ContractInstanceId> ids) implements PeerNotice {

        public Unfollowed {
            ids = List.copyOf(ids);
            if (ids.isEmpty() || ids.size() > Offer.MAX) {
                throw new IllegalArgumentException("1.." + Offer.MAX + " contracts per notice, not " + ids.size());
            }
        }

        @Override
        public PeerNotice.Kind kind() {
            return PeerNotice.Kind.HOSTING_UNFOLLOWED;
        }
    }

    /** Result of comparing the neighbour's replica. Numbers are used on the wire: append new ones, never renumber. */
    public enum Verdict {
        /** The neighbour holds the same state. */
        EQUAL(0),
        /** The neighbour holds no replica and would accept this one. */
        MISSING(1),
        /** The neighbour holds another state. */
        DIFFERS(2),
        /**
         * The neighbour holds no replica and has no room for it. Also the value of unknown numbers: it requires no
         * action.
         */
        NO_ROOM(3);

        private final int number;

        Verdict(int number) {
            this.number = number;
        }

        /** Returns the number on the wire. */
        public int number() {
            return number;
        }

        /** Returns the verdict with this number; {@link #NO_ROOM} for a number of a later version. */
        public static Verdict ofNumber(int number) {
            return Arrays.stream(values())
                    .filter(verdict -> verdict.number == number)
                    .findFirst()
                    .orElse(NO_ROOM);
        }
    }
}
