package dev.tributary.core.loop;

import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.peer.PeerTransport;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** A transport whose connections and dial results the test provides. Records the time of each dial. */
public final class ScriptedTransport implements PeerTransport {

    private final PeerId self;
    private final Scheduler time;
    private final ScriptedFlow<PeerLink> accepted = new ScriptedFlow<>();
    private final ScriptedFlow<HandshakeAttempt> unconfirmed = new ScriptedFlow<>();
    private final Map<PeerAddress, Mono<PeerLink>> dialResults = new HashMap<>();
    private final Set<PeerAddress> throwing = new HashSet<>();
    private final List<Duration> dialTimes = new ArrayList<>();

    public ScriptedTransport(PeerId self, Scheduler time) {
        this.self = self;
        this.time = time;
    }

    /** Sets the result of dials to this address from now on; by default a dial never completes. */
    public void onDial(PeerAddress address, Mono<PeerLink> result) {
        dialResults.put(address, result);
    }

    /** Makes dials to this address throw, instead of returning an error. */
    public void throwOnDial(PeerAddress address) {
        throwing.add(address);
    }

    public ScriptedFlow<PeerLink> acceptedFlow() {
        return accepted;
    }

    public ScriptedFlow<HandshakeAttempt> unconfirmedFlow() {
        return unconfirmed;
    }

    /** Times of all dials since the start. */
    public List<Duration> dialTimes() {
        return dialTimes;
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
    public Flux<HandshakeAttempt> handshakeEvents() {
        return unconfirmed.flux();
    }

    @Override
    public Mono<PeerLink> dial(PeerAddress address, @Nullable PeerId expected) {
        if (throwing.contains(address)) {
            throw new IllegalStateException("dial of " + address);
        }
        return Mono.defer(() -> {
            dialTimes.add(Duration.ofMillis(time.now(TimeUnit.MILLISECONDS)));
            return dialResults.getOrDefault(address, Mono.never());
        });
    }

    @Override
    public Mono<Void> close() {
        return Mono.empty();
    }
}
