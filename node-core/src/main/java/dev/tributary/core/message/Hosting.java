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

/** The hosting family: two neighbours find out which of their copies differ, without sending the states. */
public final class Hosting {

    private Hosting() {}

    /**
     * A copy that the sender holds.
     *
     * @param bytes what it takes to hold it: state, parameters and code
     */
    public record Held(ContractInstanceId id, StateDigest digest, int bytes) {

        public Held {
            if (bytes < 0) {
                throw new IllegalArgumentException("bytes must be 0 or more, not " + bytes);
            }
        }
    }

    /** Tells a neighbour what the sender holds and the neighbour should hold as well, each contract once. */
    public record Offer(TransactionId tx, Duration budget, List<Held> held) implements PeerRequest {

        /** Enough to go through ten thousand contracts in 40 messages; few enough for one small message, of 17 KiB. */
        public static final int MAX = 256;

        public Offer {
            held = List.copyOf(held);
            if (held.size() > MAX) {
                throw new IllegalArgumentException("at most " + MAX + " copies an offer, not " + held.size());
            }
            Set<ContractInstanceId> seen = new HashSet<>();
            for (Held each : held) {
                if (!seen.add(each.id())) {
                    throw new IllegalArgumentException("contract " + each.id() + " is offered twice");
                }
            }
        }

        /** It is between two neighbours. */
        @Override
        public HopsToLive hopsToLive() {
            return new HopsToLive(0);
        }

        @Override
        public Visited visited() {
            return Visited.nobody();
        }
    }

    /**
     * What the offered neighbour makes of it.
     *
     * @param verdicts one for each copy, in the order of the offer
     */
    public record Answer(TransactionId tx, List<Verdict> verdicts) implements PeerReply {

        public Answer {
            verdicts = List.copyOf(verdicts);
            if (verdicts.size() > Offer.MAX) {
                throw new IllegalArgumentException(
                        "at most " + Offer.MAX + " verdicts an answer, not " + verdicts.size());
            }
        }
    }

    /** Tells a neighbour that the sender does not keep in step with it any more about these: it may forget that it ever did. */
    public record Left(TransactionId tx, List<ContractInstanceId> ids) implements PeerNotice {

        public Left {
            ids = List.copyOf(ids);
            if (ids.isEmpty() || ids.size() > Offer.MAX) {
                throw new IllegalArgumentException("1.." + Offer.MAX + " contracts a notice, not " + ids.size());
            }
        }
    }

    /** How the neighbour's copy compares. The numbers are those on the wire: appended to, never renumbered. */
    public enum Verdict {
        /** It holds the same state. */
        EQUAL(0),
        /** It holds none and would take this one. */
        MISSING(1),
        /** It holds another state. */
        DIFFERS(2),
        /** It holds none and has no room for this one; a verdict of a later version reads as this, since it asks for nothing. */
        NO_ROOM(3);

        private final int number;

        Verdict(int number) {
            this.number = number;
        }

        /** The verdict's number on the wire. */
        public int number() {
            return number;
        }

        /** The verdict of a number. */
        public static Verdict ofNumber(int number) {
            return Arrays.stream(values())
                    .filter(verdict -> verdict.number == number)
                    .findFirst()
                    .orElse(NO_ROOM);
        }
    }
}
