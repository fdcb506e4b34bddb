package dev.tributary.core.test;

import dev.tributary.core.error.LinkClosedException;
import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.message.PeerNotice;
import dev.tributary.core.message.PeerReply;
import dev.tributary.core.message.PeerRequest;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.peer.Transfer;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.IpAddress;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TransactionId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A neighbour whose replies and ring location the test determines. */
public final class ScriptedPeer implements PeerLink {

    private final PeerId id;
    private final Function<PeerRequest, Mono<? extends PeerReply>> script;
    private final boolean dead;
    private final List<PeerMessage> received = new CopyOnWriteArrayList<>();
    private final Sinks.One<CloseReason> closed = Sinks.one();
    private @Nullable BiConsumer<PeerLink, PeerReply> replies;
    private Consumer<PeerNotice> notices = notice -> {};
    private Optional<IpAddress> remote = Optional.empty();
    private Supplier<Optional<Transfer>> transfer = Optional::empty;

    private ScriptedPeer(PeerId id, Function<PeerRequest, Mono<? extends PeerReply>> script, boolean dead) {
        this.id = id;
        this.script = script;
        this.dead = dead;
    }

    /** The id of a peer at this ring location; different tags give different peers at the same location. */
    public static PeerId idAt(double location, int tag) {
        long bits = (long) (location * 0x1.0p53) << 11;
        return new PeerId(
                Bytes.wrap(ByteBuffer.allocate(32).putLong(bits).putInt(28, tag).array()));
    }

    /** A peer that receives every message and never replies. */
    public static ScriptedPeer silent(PeerId id) {
        return new ScriptedPeer(id, request -> Mono.empty(), false);
    }

    /** A peer that replies to each request with the result of the function. */
    public static ScriptedPeer replying(PeerId id, Function<PeerRequest, PeerReply> answer) {
        return new ScriptedPeer(id, request -> Mono.just(answer.apply(request)), false);
    }

    /** A peer that replies to the n-th request, from zero, with the function's result; empty means no reply. */
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

    /** A peer whose link is closed without notice: only sending fails. */
    public static ScriptedPeer dead(PeerId id) {
        return new ScriptedPeer(id, request -> Mono.empty(), true);
    }

    /** Sets the receiver of its replies, in place of the event loop. */
    public void connect(BiConsumer<PeerLink, PeerReply> replies) {
        this.replies = replies;
    }

    /** Sets the handler of notices. */
    public ScriptedPeer onNotice(Consumer<PeerNotice> handler) {
        notices = handler;
        return this;
    }

    /** Sets the IP address of the connection's other end. */
    public ScriptedPeer from(String address) {
        remote = IpAddress.parse(address);
        return this;
    }

    /** Sets what is known of large messages on the link, in either direction. */
    public ScriptedPeer moving(Supplier<Optional<Transfer>> transfer) {
        this.transfer = transfer;
        return this;
    }

    @Override
    public Optional<Transfer> transfer(TransactionId tx) {
        return transfer.get();
    }

    /** The messages sent to this peer, in order. */
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
    public Optional<IpAddress> remote() {
        return remote;
    }

    @Override
    public Direction direction() {
        return Direction.OUTBOUND;
    }

    @Override
    public Mono<Void> send(PeerMessage message) {
        return Mono.defer(() -> {
            if (dead) {
                return Mono.error(new LinkClosedException(id, "the peer is dead"));
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
