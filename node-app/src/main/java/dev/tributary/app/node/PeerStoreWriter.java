package dev.tributary.app.node;

import dev.tributary.app.directory.PeerFile;
import dev.tributary.core.Node;
import dev.tributary.core.value.NodeEvent;
import dev.tributary.core.value.PeerContact;
import dev.tributary.core.value.PeerId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Writes the contacts of a node's neighbours to the peer file: on every new link while few contacts are known, twice a
 * minute if they changed, and on close. Neighbours come before peers of an earlier run, in the order of their links:
 * the peers linked longest are the likeliest to be up at the next start.
 */
final class PeerStoreWriter implements AutoCloseable {

    /** Number of contacts below which new links are written at once, so that a node that crashes early can rejoin. */
    private static final int FEW = 8;

    private static final Duration INTERVAL = Duration.ofSeconds(30);

    private static final Logger log = LoggerFactory.getLogger(PeerStoreWriter.class);

    /** Timeout of the last write. */
    private static final Duration LAST_WRITE_TIMEOUT = Duration.ofSeconds(2);

    private final Node node;
    private final PeerFile file;
    private final Scheduler scheduler;
    private final Disposable ticks;
    private List<PeerContact> saved;

    /**
     * Starts writing.
     *
     * @param before the current content of the file
     * @param scheduler the scheduler of the writes, which block
     */
    PeerStoreWriter(Node node, PeerFile file, List<PeerContact> before, Scheduler scheduler) {
        this.node = node;
        this.file = file;
        this.saved = before;
        this.scheduler = scheduler;
        Flux<?> newLinks = node.events()
                .ofType(NodeEvent.PeerAdded.class)
                .filter(linked -> knowsFew())
                .publishOn(scheduler);
        this.ticks = Flux.merge(newLinks, Flux.interval(Duration.ZERO, INTERVAL, scheduler))
                .onBackpressureLatest()
                .subscribe(
                        GuardedTask.of("peer file writer", tick -> save()),
                        failure -> log.error("peer file writer ended", failure));
    }

    private synchronized boolean knowsFew() {
        return saved.size() < FEW;
    }

    /** Writes the file a last time, for a limited time, since a disk may hang. Call it while the node still runs. */
    @Override
    public void close() {
        ticks.dispose();
        Mono.fromRunnable(this::save).subscribeOn(scheduler).block(LAST_WRITE_TIMEOUT);
    }

    private synchronized void save() {
        Map<PeerId, PeerContact> known = new LinkedHashMap<>();
        node.status().neighbours().forEach(each -> add(known, new PeerContact(each.address(), each.peer())));
        saved.forEach(contact -> add(known, contact));
        List<PeerContact> current =
                known.values().stream().limit(PeerFile.CAPACITY).toList();
        if (!current.equals(saved)) {
            saved = current;
            file.write(current);
        }
    }

    private static void add(Map<PeerId, PeerContact> known, PeerContact contact) {
        PeerId peer = contact.expected();
        boolean reachable = contact.address().port() > 0;
        if (peer != null && reachable) {
            known.putIfAbsent(peer, contact);
        }
    }
}
