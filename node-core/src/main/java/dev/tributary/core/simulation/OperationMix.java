package dev.tributary.core.simulation;

/** The relative weights of the kinds of operation in a workload: numbers in 0..1000000, not all 0. */
public record OperationMix(double puts, double gets, double updates, double subscriptions) {

    public OperationMix {
        requireWeight("puts", puts);
        requireWeight("gets", gets);
        requireWeight("updates", updates);
        requireWeight("subscriptions", subscriptions);
        if (puts + gets + updates + subscriptions == 0) {
            throw new IllegalArgumentException("one of puts, gets, updates and subscriptions must be more than 0");
        }
    }

    /** One PUT to four GETs. */
    public static OperationMix putsAndGets() {
        return new OperationMix(1, 4, 0, 0);
    }

    /** One PUT, one UPDATE and one SUBSCRIBE to three GETs. */
    public static OperationMix allKinds() {
        return new OperationMix(1, 3, 1, 1);
    }

    /** Whether the mix has updates or subscriptions. */
    public boolean hasUpdatesOrSubscriptions() {
        return updates + subscriptions > 0;
    }

    /** Selects a kind of operation by a random number in 0..1. */
    Kind kindOf(double random) {
        double total = puts + gets + updates + subscriptions;
        if (random < puts / total) {
            return Kind.PUT;
        } else if (random < (puts + updates) / total) {
            return Kind.UPDATE;
        }
        return random < (puts + updates + subscriptions) / total ? Kind.SUBSCRIBE : Kind.GET;
    }

    private static void requireWeight(String name, double value) {
        if (!(value >= 0 && value <= 1e6)) {
            throw new IllegalArgumentException(name + " must be in 0..1000000, not " + value);
        }
    }

    /** The kind of a client's operation. */
    enum Kind {
        PUT,
        GET,
        UPDATE,
        SUBSCRIBE
    }
}
