package dev.tributary.core.loop;

import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.HandshakeException;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.peer.PeerTransport;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerContact;
import dev.tributary.core.value.PeerId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * The flows of links that come to be: inbound and accepted, outbound to gateways and to peers that were found, inbound and
 * not confirmed. Each is a Flux of its own and none waits for another, so one that is silent for ever holds up nobody.
 */
final class Handshakes {

    /** How many found peers are dialled at once. */
    private static final int DIALS = 16;

    private final PeerTransport transport;
    private final List<PeerContact> gateways;
    private final Supplier<Need> need;
    private final Flux<Need> alarms;
    private final Flux<PeerContact> found;
    private final Function<PeerId, Optional<PeerLink>> neighbour;
    private final Redial redial;
    private final Scheduler timer;
    private final RandomGenerator random;
    private final Set<PeerAddress> dialling = ConcurrentHashMap.newKeySet();
    private final Sinks.Empty<Void> stopping = Sinks.empty();

    /**
     * The flows of this transport.
     *
     * @param gateways whom to dial, and to dial again whenever the link is gone, as long as neighbours are wanting
     * @param need whether they are
     * @param alarms when they suddenly are: a pause between two dials ends early then
     * @param found whom to dial once
     * @param neighbour the confirmed link to a peer, if there is one
     */
    Handshakes(
            PeerTransport transport,
            List<PeerContact> gateways,
            Supplier<Need> need,
            Flux<Need> alarms,
            Flux<PeerContact> found,
            Function<PeerId, Optional<PeerLink>> neighbour,
            Redial redial,
            Scheduler timer,
            RandomGenerator random) {
        this.transport = transport;
        this.gateways = List.copyOf(gateways);
        this.need = need;
        this.alarms = alarms;
        this.found = found;
        this.neighbour = neighbour;
        this.redial = redial;
        this.timer = timer;
        this.random = random;
    }

    /** The flows, each by its name: one that fails is restarted alone. */
    List<Feed<HandshakeEvent>> feeds() {
        return List.of(
                feed("inbound", accepted()),
                feed("gateways", dialled()),
                feed("outbound", found.flatMap(this::once, DIALS, 1)),
                feed("unconfirmed", unconfirmed()));
    }

    /** Ends all flows: nobody is accepted or dialled any more. */
    void stop() {
        stopping.tryEmitEmpty();
    }

    private Feed<HandshakeEvent> feed(String name, Flux<HandshakeEvent> events) {
        return new Feed<>(name, events.takeUntilOther(stopping.asMono()));
    }

    private Flux<HandshakeEvent> accepted() {
        return Flux.defer(transport::accepted).map(HandshakeEvent.Accepted::new);
    }

    private Flux<HandshakeEvent> unconfirmed() {
        return Flux.defer(transport::unconfirmed)
                .map(each -> each.failure() == null
                        ? new HandshakeEvent.Arrived(each.from())
                        : new HandshakeEvent.GivenUp(each.from(), each.failure()));
    }

    private Flux<HandshakeEvent> dialled() {
        // Nobody to dial is silence, not an end.
        return gateways.isEmpty()
                ? Flux.never()
                : Flux.fromIterable(gateways).flatMap(this::keepLinked, gateways.size(), 1);
    }

    /** Dials, stays quiet while the link lives, and dials again: soon after a loss, ever later after failures. */
    private Flux<HandshakeEvent> keepLinked(PeerContact contact) {
        Attempts attempts = new Attempts();
        return Flux.defer(() -> attempt(contact, attempts))
                .repeatWhen(ends -> ends.concatMap(end -> pause(attempts), 1));
    }

    /** To the next dial; after an alarm it begins anew, for not all who hear one should dial as one. */
    private Mono<Long> pause(Attempts attempts) {
        return Mono.firstWithSignal(
                Mono.delay(attempts.pause(need.get(), redial, random), timer),
                alarms.next()
                        .doOnNext(attempts::alarm)
                        .flatMap(alarm -> Mono.delay(attempts.pause(alarm, redial, random), timer)));
    }

    /** Nobody is dialled for a second link: a wish may be older than the one that there is. */
    private Mono<HandshakeEvent> once(PeerContact contact) {
        return Mono.defer(() -> {
            boolean linked =
                    Optional.ofNullable(contact.expected()).flatMap(neighbour).isPresent();
            return linked || !dialling.add(contact.address())
                    ? Mono.empty()
                    : dial(contact).doFinally(end -> dialling.remove(contact.address()));
        });
    }

    private Mono<HandshakeEvent> dial(PeerContact contact) {
        return transport
                .dial(contact.address(), contact.expected())
                .<HandshakeEvent>map(link -> new HandshakeEvent.Dialled(contact.address(), link))
                .onErrorResume(
                        failure -> Mono.just(new HandshakeEvent.DialFailed(contact.address(), reasonOf(failure))));
    }

    private Flux<HandshakeEvent> attempt(PeerContact contact, Attempts attempts) {
        if (need.get() == Need.NOBODY) {
            // Looked at again after a pause: a gateway that nobody needs is left to those who do.
            return Flux.empty();
        }
        // After a duplicate was closed the peer is linked the other way round: nothing to dial until that ends.
        Optional<PeerLink> other = Optional.ofNullable(attempts.answered).flatMap(neighbour);
        if (other.isPresent()) {
            return other.get().closed().doOnNext(end -> attempts.failures = 0).thenMany(Flux.empty());
        }
        return Mono.defer(() -> {
                    dialling.add(contact.address());
                    return transport.dial(contact.address(), contact.expected());
                })
                .doFinally(end -> dialling.remove(contact.address()))
                .<HandshakeEvent>flatMapMany(link -> {
                    long since = timer.now(TimeUnit.NANOSECONDS);
                    attempts.answered = link.peer();
                    return Flux.<HandshakeEvent>just(new HandshakeEvent.Dialled(contact.address(), link))
                            .concatWith(link.closed()
                                    .doOnNext(end -> attempts.lived(timer.now(TimeUnit.NANOSECONDS) - since, redial))
                                    .then(Mono.empty()));
                })
                .onErrorResume(failure -> {
                    CloseReason reason = reasonOf(failure);
                    attempts.failed(reason);
                    return Flux.just(new HandshakeEvent.DialFailed(contact.address(), reason));
                });
    }

    private static CloseReason reasonOf(Throwable failure) {
        return failure instanceof HandshakeException known
                ? known.reason()
                : new CloseReason(CloseReason.Kind.LOST, failure.toString());
    }

    /** How it went with one address so far. Used by one subscription at a time. */
    private static final class Attempts {

        private int failures;
        private boolean unreachable;
        private @Nullable PeerId answered;

        void failed(CloseReason reason) {
            failures++;
            unreachable = reason.kind() == CloseReason.Kind.LOST || reason.kind() == CloseReason.Kind.SILENT;
        }

        /** A peer that answers and hangs up is no better than one that does not answer. */
        void lived(long nanos, Redial redial) {
            failures = nanos > redial.longest().toNanos() ? 0 : failures + 1;
            unreachable = false;
        }

        /** Whoever has lost everybody tries all again, whatever became of them before. */
        void alarm(Need alarm) {
            failures = alarm == Need.ANYBODY ? 0 : failures;
        }

        Duration pause(Need need, Redial redial, RandomGenerator random) {
            return switch (need) {
                case NOBODY -> redial.pause(Integer.MAX_VALUE, random);
                case MORE -> redial.pause(failures, random);
                // One that is there and has no place needs the longer pauses: many come to it.
                case ANYBODY -> unreachable ? redial.pauseAlone(failures, random) : redial.pause(failures, random);
            };
        }
    }
}
