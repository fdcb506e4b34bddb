package dev.tributary.core.hosting;

import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.PeerId;
import java.util.List;
import reactor.core.publisher.Mono;

/** Sends the update of a commit to the neighbours that need it. */
@FunctionalInterface
interface UpdateSender {

    /** Sends or queues the update for each of these neighbours. Does not wait for a neighbour; never errors. */
    Mono<Void> send(StoredContract committed, List<PeerId> due);
}
