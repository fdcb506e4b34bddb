package dev.tributary.app;

import dev.tributary.app.storage.PeerFile;
import dev.tributary.core.Node;
import dev.tributary.core.value.NodeNotice;
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
import reactor.core.scheduler.Scheduler;

/**
 * Writes down whom a node is linked to: at once while few are known, twice a minute if something changed, and at the end.
 * Neighbours come before peers from earlier, and the longest linked before the others: they are the likeliest to be there
 * tomorrow.
 */
final class PeerKeeper implements AutoCloseable {

    /** With fewer a node that crashes young might find nobody again. */
    private static final int FEW = 8;

    private static final Duration INTERVAL = Duration.ofSeconds(30);

    private static final Logger log = LoggerFactory.getLogger(PeerKeeper.class);

    private final Node node;
    private final PeerFile file;
    private final Disposable ticks;
    private List<PeerContact> kept;

    /**
     * Begins to write.
     *
     * @param before what the file says now
     * @param scheduler may block
     */
    PeerKeeper(Node node, PeerFile file, List<PeerContact> before, Scheduler scheduler) {
        this.node = node;
        this.file = file;
        this.kept = before;
        Flux<?> met = node.events()
                .ofType(NodeNotice.PeerLinked.class)
                .filter(linked -> few())
                .publishOn(scheduler);
        this.ticks = Flux.merge(met, Flux.interval(Duration.ZERO, INTERVAL, scheduler))
                .onBackpressureLatest()
                .subscribe(tick -> save(), failure -> log.error("nobody writes down the peers any more", failure));
    }

    private synchronized boolean few() {
        return kept.size() < FEW;
    }

    /** Writes a last time. Call it while the node still runs. */
    @Override
    public void close() {
        ticks.dispose();
        save();
    }

    private synchronized void save() {
        Map<PeerId, PeerContact> known = new LinkedHashMap<>();
        node.status().neighbours().forEach(each -> add(known, new PeerContact(each.address(), each.peer())));
        kept.forEach(contact -> add(known, contact));
        List<PeerContact> now = known.values().stream().limit(PeerFile.CAPACITY).toList();
        if (!now.equals(kept)) {
            kept = now;
            file.write(now);
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
