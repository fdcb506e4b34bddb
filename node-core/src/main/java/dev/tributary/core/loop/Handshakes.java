package dev.tributary.core.loop;

import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.HandshakeException;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.peer.PeerTransport;
import dev.tributary.core.value.PeerContact;
import dev.tributary.core.value.PeerId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
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
    private final BooleanSupplier wanting;
    private final Flux<PeerContact> found;
    private final Function<PeerId, Optional<PeerLink>> neighbour;
    private final Redial redial;
    private final Scheduler timer;
    private final RandomGenerator random;
    private final Sinks.Empty<Void> stopping = Sinks.empty();

    /**
     * The flows of this transport.
     *
     * @param gateways whom to dial, and to dial again whenever the link is gone, as long as neighbours are wanting
     * @param wanting whether they are
     * @param found whom to dial once
     * @param neighbour the confirmed link to a peer, if there is one
     */
    Handshakes(
            PeerTransport transport,
            List<PeerContact> gateways,
            BooleanSupplier wanting,
            Flux<PeerContact> found,
            Function<PeerId, Optional<PeerLink>> neighbour,
            Redial redial,
            Scheduler timer,
            RandomGenerator random) {
        this.transport = transport;
        this.gateways = List.copyOf(gateways);
        this.wanting = wanting;
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
                .repeatWhen(ends -> ends.concatMap(end -> Mono.delay(attempts.pause(redial, random), timer), 1));
    }

    private Mono<HandshakeEvent> once(PeerContact contact) {
        return Mono.defer(() -> transport.dial(contact.address(), contact.expected()))
                .<HandshakeEvent>map(link -> new HandshakeEvent.Dialled(contact.address(), link))
                .onErrorResume(
                        failure -> Mono.just(new HandshakeEvent.DialFailed(contact.address(), reasonOf(failure))));
    }

    private Flux<HandshakeEvent> attempt(PeerContact contact, Attempts attempts) {
        if (!wanting.getAsBoolean()) {
            // Looked at again after a pause: a gateway that nobody needs is left to those who do.
            return Flux.empty();
        }
        // After a duplicate was closed the peer is linked the other way round: nothing to dial until that ends.
        Optional<PeerLink> other = Optional.ofNullable(attempts.answered).flatMap(neighbour);
        if (other.isPresent()) {
            return other.get().closed().doOnNext(end -> attempts.failures = 0).thenMany(Flux.empty());
        }
        return Mono.defer(() -> transport.dial(contact.address(), contact.expected()))
                .<HandshakeEvent>flatMapMany(link -> {
                    long since = timer.now(TimeUnit.NANOSECONDS);
                    attempts.answered = link.peer();
                    return Flux.<HandshakeEvent>just(new HandshakeEvent.Dialled(contact.address(), link))
                            .concatWith(link.closed()
                                    .doOnNext(end -> attempts.lived(timer.now(TimeUnit.NANOSECONDS) - since, redial))
                                    .then(Mono.empty()));
                })
                .onErrorResume(failure -> {
                    attempts.failures++;
                    return Flux.just(new HandshakeEvent.DialFailed(contact.address(), reasonOf(failure)));
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
        private @Nullable PeerId answered;

        /** A peer that answers and hangs up is no better than one that does not answer. */
        void lived(long nanos, Redial redial) {
            failures = nanos > redial.longest().toNanos() ? 0 : failures + 1;
        }

        Duration pause(Redial redial, RandomGenerator random) {
            return redial.pause(failures, random);
        }
    }
}
