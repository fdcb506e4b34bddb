package dev.tributary.core.engine;

import dev.tributary.core.hosting.CompareOperation;
import dev.tributary.core.hosting.UpdateBroadcast;
import dev.tributary.core.membership.ConnectOperation;
import dev.tributary.core.operation.GetOperation;
import dev.tributary.core.operation.PutOperation;

/** The operations that peers may ask for. */
record PeerOperations(
        PutOperation puts,
        GetOperation gets,
        ConnectOperation connects,
        CompareOperation compares,
        UpdateBroadcast broadcast) {}
