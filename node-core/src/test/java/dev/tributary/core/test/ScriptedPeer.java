package dev.tributary.core.test;

import dev.tributary.core.error.LinkClosedException;
import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.message.PeerNotice;
import dev.tributary.core.message.PeerReply;
import dev.tributary.core.message.PeerRequest;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A neighbour that does what the test says, at a place on the ring that the test chooses. */
public final class ScriptedPeer implements PeerLink {

    private final PeerId id;
    private final Function<PeerRequest, Mono<? extends PeerReply>> script;
    private final boolean dead;
    private final List<PeerMessage> received = new CopyOnWriteArrayList<>();
    private final Sinks.One<CloseReason> closed = Sinks.one();
    private @Nullable BiConsumer<PeerLink, PeerReply> replies;
    private Consumer<PeerNotice> notices = notice -> {};

    private ScriptedPeer(PeerId id, Function<PeerRequest, Mono<? extends PeerReply>> script, boolean dead) {
        this.id = id;
        this.script = script;
        this.dead = dead;
    }

    /** The id of a peer at this ring location; different tags make different peers at one place. */
    public static PeerId idAt(double location, int tag) {
        long bits = (long) (location * 0x1.0p53) << 11;
        return new PeerId(
                Bytes.wrap(ByteBuffer.allocate(32).putLong(bits).putInt(28, tag).array()));
    }

    /** Takes every message and never says a word. */
    public static ScriptedPeer silent(PeerId id) {
        return new ScriptedPeer(id, request -> Mono.empty(), false);
    }

    /** Answers each request with what the function says. */
    public static ScriptedPeer replying(PeerId id, Function<PeerRequest, PeerReply> answer) {
        return new ScriptedPeer(id, request -> Mono.just(answer.apply(request)), false);
    }

    /** Answers the n-th request, counted from zero, with what the function says; empty means silence. */
    public static ScriptedPeer scripted(PeerId id, BiFunction<Integer, PeerRequest, Mono<PeerReply>> answer) {
        List<PeerRequest> seen = new ArrayList<>();
        return new ScriptedPeer(
                id,
                request -> {
                    seen.add(request);
                    return answer.apply(seen.size() - 1, request);
                },
                false);
    }

    /** Its link is closed, and only a sender finds out. */
    public static ScriptedPeer dead(PeerId id) {
        return new ScriptedPeer(id, request -> Mono.empty(), true);
    }

    /** Says who takes its replies: what the loop would do with them. */
    public void connect(BiConsumer<PeerLink, PeerReply> replies) {
        this.replies = replies;
    }

    /** Says what it does with notices. */
    public ScriptedPeer hearing(Consumer<PeerNotice> heard) {
        notices = heard;
        return this;
    }

    /** What was sent to it, in order. */
    public List<PeerMessage> received() {
        return received;
    }

    @Override
    public PeerId peer() {
        return id;
    }

    @Override
    public PeerAddress address() {
        return new PeerAddress("scripted", 1);
    }

    @Override
    public Direction direction() {
        return Direction.OUTBOUND;
    }

    @Override
    public Mono<Void> send(PeerMessage message) {
        return Mono.defer(() -> {
            if (dead) {
                return Mono.error(new LinkClosedException(id, "it is dead"));
            }
            received.add(message);
            if (message instanceof PeerNotice notice) {
                notices.accept(notice);
            }
            return message instanceof PeerRequest request
                    ? script.apply(request)
                            .doOnNext(reply -> Objects.requireNonNull(replies).accept(this, reply))
                            .then()
                    : Mono.empty();
        });
    }

    @Override
    public Flux<PeerMessage> messages() {
        return Flux.never();
    }

    @Override
    public Mono<CloseReason> closed() {
        return closed.asMono();
    }

    @Override
    public void close(CloseReason reason) {
        closed.tryEmitValue(reason);
    }
}
