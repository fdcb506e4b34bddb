package dev.tributary.core.message;

import dev.tributary.core.value.TransactionId;

/** What peers say to each other. Every message names the transaction it belongs to. */
public sealed interface PeerMessage permits PeerRequest, PeerReply, PeerNotice {

    TransactionId tx();
}
