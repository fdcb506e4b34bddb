package dev.tributary.core.simulation;

import dev.tributary.core.message.PeerMessage;

/** The way from one end of a link to the other. Any thread. */
interface Path {

    /** The way of no length: everything is there at once. */
    Path NONE = new Path() {
        @Override
        public void carry(PeerMessage message, InMemoryLink to) {
            to.arrive(message);
        }

        @Override
        public void end(Runnable end) {
            end.run();
        }
    };

    /**
     * Brings the message to the inbox in which a place is kept for it, in the order of those of its size, or lets it
     * vanish.
     */
    void carry(PeerMessage message, InMemoryLink to);

    /** Brings the news that the link was closed, behind all messages. */
    void end(Runnable end);
}
