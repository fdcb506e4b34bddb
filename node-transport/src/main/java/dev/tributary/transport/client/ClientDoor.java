package dev.tributary.transport.client;

import dev.tributary.core.Node;
import dev.tributary.core.value.TimeSource;
import dev.tributary.transport.client.access.OriginRule;
import dev.tributary.transport.client.access.SourceRule;
import dev.tributary.transport.client.access.Tokens;
import dev.tributary.transport.client.http.DoorPage;
import dev.tributary.transport.client.session.Sessions;
import dev.tributary.transport.client.web.WebApps;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Serves applications on HTTP and WebSocket, with threads of its own from creation to {@link #close()}. It uses the node,
 * and never stops it.
 */
public final class ClientDoor {

    private static final Logger log = LoggerFactory.getLogger(ClientDoor.class);

    /** Disks and decompression; more threads than this only wait for each other. */
    private static final int WORKERS = 4;

    private static final int QUEUED = 4096;

    private final ClientDoorConfig config;
    private final Listener listener;
    private final Scheduler timer = Schedulers.newSingle("tributary-door-timer", true);
    private final Scheduler workers = Schedulers.newBoundedElastic(WORKERS, QUEUED, "tributary-door-work", 60, true);
    private final Tokens tokens;
    private final Sessions sessions;
    private final Map<String, DoorPage> pages;
    private final WebApps web;
    private final Mono<Void> closing;

    private ClientDoor(Node node, ClientDoorConfig config, TimeSource time, Map<String, DoorPage> more) {
        this.config = config;
        this.listener = new Listener(config);
        this.tokens = new Tokens(config.access(), time);
        this.sessions = new Sessions(node, config.sessions(), time, timer, workers);
        this.pages = new HashMap<>(new StatusPages(node, config).byPath());
        this.pages.putAll(more);
        this.web = new WebApps(node, config.web(), tokens, secureCookies(config), time, workers);
        this.closing = shutDown().cache();
    }

    /** Prepares a door with no pages but its own. */
    public static ClientDoor create(Node node, ClientDoorConfig config) {
        return create(node, config, Map.of());
    }

    /**
     * Prepares a door.
     *
     * @param pages by their paths, such as {@code /metrics}; they come before the door's own
     */
    public static ClientDoor create(Node node, ClientDoorConfig config, Map<String, DoorPage> pages) {
        return new ClientDoor(node, config, TimeSource.system(), pages);
    }

    /** A door on loopback needs none; one on all addresses is used through loopback too, where they would be lost. */
    private static boolean secureCookies(ClientDoorConfig config) {
        InetAddress first = new InetSocketAddress(config.addresses().get(0), 0).getAddress();
        return !first.isLoopbackAddress() && !first.isAnyLocalAddress();
    }

    /**
     * Opens the sockets and emits the address of the first. To be subscribed once. Errors with
     * {@link ClientDoorException} if that cannot be bound; the door is to be closed then too.
     */
    public Mono<InetSocketAddress> open() {
        return Mono.fromCallable(this::ownNames)
                .subscribeOn(workers)
                .map(names -> {
                    SourceRule sources = new SourceRule(config.access().allowedSources());
                    OriginRule origins = new OriginRule(config.access().allowedHosts(), names, sources);
                    return new Reception(sources, origins, tokens, pages, web, sessions, workers);
                })
                .flatMap(reception -> listener.open(reception::receive))
                .doOnNext(address -> {
                    sweepTokens();
                    sessions.start();
                });
    }

    /** Asks the machine, and perhaps a name server: it blocks. */
    private Set<String> ownNames() throws SocketException {
        Set<String> names = new LinkedHashSet<>(config.addresses());
        names.remove("0.0.0.0");
        names.remove("::");
        try {
            InetAddress own = InetAddress.getLocalHost();
            names.add(own.getHostName());
            for (InetAddress each : InetAddress.getAllByName(own.getHostName())) {
                names.add(each.getHostAddress());
            }
        } catch (UnknownHostException nameless) {
            log.debug("this machine's name has no address, so it is no name of the door: {}", nameless.getMessage());
        }
        return names;
    }

    private void sweepTokens() {
        long interval = tokens.sweepInterval().toMillis();
        timer.schedulePeriodically(tokens::sweep, interval, interval, TimeUnit.MILLISECONDS);
    }

    /** A look at the numbers. Any thread. */
    public DoorStatus status() {
        return new DoorStatus(
                listener.connections(),
                sessions.count(),
                sessions.subscriptions(),
                sessions.heldBytes(),
                tokens.count());
    }

    /** Takes leave of all sessions and lets go of sockets and threads. Further subscriptions see the same end. */
    public Mono<Void> close() {
        return closing;
    }

    private Mono<Void> shutDown() {
        Mono<Void> leave = Mono.defer(() -> {
            listener.shut();
            return sessions.close().timeout(config.closeLimit(), Mono.empty(), timer);
        });
        return Flux.concatDelayError(
                        leave,
                        listener.close(),
                        Mono.<Void>fromRunnable(() -> {
                                    timer.dispose();
                                    workers.dispose();
                                })
                                .subscribeOn(Schedulers.boundedElastic()))
                .then();
    }
}
