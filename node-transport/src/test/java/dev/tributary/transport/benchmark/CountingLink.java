package dev.tributary.transport.benchmark;

import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.peer.Transfer;
import dev.tributary.core.value.IpAddress;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TransactionId;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A link that counts the messages that it sends. */
final class CountingLink implements PeerLink {

    private final PeerLink link;
    private final SentMessages sent;

    CountingLink(PeerLink link, SentMessages sent) {
        this.link = link;
        this.sent = sent;
    }

    @Override
    public Mono<Void> send(PeerMessage message) {
        return link.send(message).doOnSubscribe(sending -> sent.count(message));
    }

    @Override
    public PeerId peer() {
        return link.peer();
    }

    @Override
    public PeerAddress address() {
        return link.address();
    }

    @Override
    public Optional<IpAddress> remote() {
        return link.remote();
    }

    @Override
    public Direction direction() {
        return link.direction();
    }

    @Override
    public Optional<Transfer> transfer(TransactionId tx) {
        return link.transfer(tx);
    }

    @Override
    public void withdraw(TransactionId tx) {
        link.withdraw(tx);
    }

    @Override
    public Flux<PeerMessage> messages() {
        return link.messages();
    }

    @Override
    public void countUntilTaken() {
        link.countUntilTaken();
    }

    @Override
    public void taken(PeerMessage message) {
        link.taken(message);
    }

    @Override
    public Mono<CloseReason> closed() {
        return link.closed();
    }

    @Override
    public void close(CloseReason reason) {
        link.close(reason);
    }
}
