package dev.tributary.core.message;

/** A one-way message: neither a request nor a reply. */
public sealed interface PeerNotice extends PeerMessage permits Connect.Full, Hosting.Unfollowed, Update.Changed {}
