package dev.tributary.core.message;

/** A one-way message: neither a request nor a reply. */
public sealed interface PeerNotice extends PeerMessage
        permits Connect.Full, Hosting.Unfollowed, Underway, Update.Acknowledged, Update.Changed {

    /** The kinds of notices, one for each permitted type. */
    enum Kind {
        CONNECT_FULL,
        HOSTING_UNFOLLOWED,
        UNDERWAY,
        UPDATE_ACKNOWLEDGED,
        UPDATE_CHANGED
    }

    Kind kind();

    @Override
    default Family family() {
        return Family.NOTICE;
    }
}
