package dev.tributary.core.loop.record;

/**
 * The times of the events of one kind, since the start of the loop.
 *
 * @param source name of the source that they came from
 * @param kind what kind of events they were
 * @param waiting times from the acceptance by the channel to the start of the handler
 * @param handling times that the handler took
 */
public record KindSummary(String source, String kind, TimeHistogram waiting, TimeHistogram handling) {

    /** Number of events of this kind. */
    public long count() {
        return handling.count();
    }
}
