package dev.tributary.core.request;

/** Ordered by due time, in nanoseconds of a clock that may overflow; of equal ones the first added is first. */
record QueuedKey<K>(K key, long dueAt, long sequence) implements Comparable<QueuedKey<K>> {

    boolean isDue(long now) {
        return dueAt - now <= 0;
    }

    @Override
    public int compareTo(QueuedKey<K> other) {
        return dueAt == other.dueAt ? Long.compare(sequence, other.sequence) : Long.compare(dueAt - other.dueAt, 0);
    }
}
