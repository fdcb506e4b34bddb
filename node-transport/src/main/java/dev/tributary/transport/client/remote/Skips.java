package dev.tributary.transport.client.remote;

import dev.tributary.transport.client.remote.Numbering.Numbered;

/** What one subscriber was shown so far, to tell what it was not. */
final class Skips {

    private long sequence;
    private long interruptions;

    RemoteUpdate shown(Numbered next) {
        long skipped = sequence == 0 ? 0 : next.sequence() - sequence - 1;
        boolean interrupted = next.interruptions() != interruptions;
        sequence = next.sequence();
        interruptions = next.interruptions();
        return new RemoteUpdate(next.heard().key(), next.heard().state(), skipped, interrupted);
    }
}
