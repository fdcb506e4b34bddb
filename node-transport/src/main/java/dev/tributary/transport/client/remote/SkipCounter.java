package dev.tributary.transport.client.remote;

import dev.tributary.transport.client.remote.StateSequencer.SequencedState;

/** Counts the states that a subscriber missed between two updates. */
final class SkipCounter {

    private long sequence;
    private long interruptions;

    RemoteUpdate toUpdate(SequencedState next) {
        long skipped = sequence == 0 ? 0 : next.sequence() - sequence - 1;
        boolean interrupted = next.interruptions() != interruptions;
        sequence = next.sequence();
        interruptions = next.interruptions();
        return new RemoteUpdate(next.received().key(), next.received().state(), skipped, interrupted);
    }
}
