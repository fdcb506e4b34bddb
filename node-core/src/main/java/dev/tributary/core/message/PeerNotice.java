package dev.tributary.core.message;

/** A message that neither asks nor answers. */
public sealed interface PeerNotice extends PeerMessage permits Connect.Crowded, Hosting.Left, Update.Changed {}
