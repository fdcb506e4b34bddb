package dev.tributary.core.loop;

import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.peer.PeerTransport;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** A transport whose peers do what a test makes them do. Remembers when it dialled whom. */
final class ScriptedTransport implements PeerTransport {

    private final PeerId self;
    private final Scheduler time;
    private final ScriptedFlow<PeerLink> accepted = new ScriptedFlow<>();
    private final ScriptedFlow<Unconfirmed> unconfirmed = new ScriptedFlow<>();
    private final Map<PeerAddress, Mono<PeerLink>> answers = new HashMap<>();
    private final List<Duration> dials = new ArrayList<>();

    ScriptedTransport(PeerId self, Scheduler time) {
        this.self = self;
        this.time = time;
    }

    /** What whoever dials this address gets from now on; without it nobody ever answers. */
    void answers(PeerAddress address, Mono<PeerLink> answer) {
        answers.put(address, answer);
    }

    ScriptedFlow<PeerLink> inbound() {
        return accepted;
    }

    ScriptedFlow<Unconfirmed> early() {
        return unconfirmed;
    }

    /** When it dialled, counted from the beginning. */
    List<Duration> dials() {
        return dials;
    }

    @Override
    public PeerId self() {
        return self;
    }

    @Override
    public Mono<PeerAddress> open() {
        return Mono.just(new PeerAddress("self", 1));
    }

    @Override
    public Flux<PeerLink> accepted() {
        return accepted.flux();
    }

    @Override
    public Flux<Unconfirmed> unconfirmed() {
        return unconfirmed.flux();
    }

    @Override
    public Mono<PeerLink> dial(PeerAddress address, @Nullable PeerId expected) {
        return Mono.defer(() -> {
            dials.add(Duration.ofMillis(time.now(TimeUnit.MILLISECONDS)));
            return answers.getOrDefault(address, Mono.never());
        });
    }

    @Override
    public Mono<Void> close() {
        return Mono.empty();
    }
}
