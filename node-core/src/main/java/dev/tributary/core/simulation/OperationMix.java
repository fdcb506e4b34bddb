package dev.tributary.core.simulation;

/**
 * How many of each kind of operation a workload has for how many of the others: numbers of 0 or more, not all 0. Only
 * their relation matters.
 */
public record OperationMix(double puts, double gets, double updates, double subscriptions) {

    public OperationMix {
        weight("puts", puts);
        weight("gets", gets);
        weight("updates", updates);
        weight("subscriptions", subscriptions);
        if (puts + gets + updates + subscriptions == 0) {
            throw new IllegalArgumentException("one of puts, gets, updates and subscriptions must be more than 0");
        }
    }

    /** One PUT for four GETs. */
    public static OperationMix storing() {
        return new OperationMix(1, 4, 0, 0);
    }

    /** One PUT, one UPDATE and one SUBSCRIBE for three GETs. */
    public static OperationMix living() {
        return new OperationMix(1, 3, 1, 1);
    }

    /** Whether states change, or somebody waits for that. */
    public boolean isLiving() {
        return updates + subscriptions > 0;
    }

    /** The kind of operation that this number means, which is drawn from 0..1. */
    Kind draw(double dice) {
        double all = puts + gets + updates + subscriptions;
        if (dice < puts / all) {
            return Kind.PUT;
        } else if (dice < (puts + updates) / all) {
            return Kind.UPDATE;
        }
        return dice < (puts + updates + subscriptions) / all ? Kind.SUBSCRIBE : Kind.GET;
    }

    private static void weight(String name, double value) {
        if (!(value >= 0 && value <= 1e6)) {
            throw new IllegalArgumentException(name + " must be in 0..1000000, not " + value);
        }
    }

    /** What clients ask for. */
    enum Kind {
        PUT,
        GET,
        UPDATE,
        SUBSCRIBE
    }
}
