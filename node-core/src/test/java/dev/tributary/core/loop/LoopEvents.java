package dev.tributary.core.loop;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.message.Get;
import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TransactionId;
import java.time.Clock;
import java.util.SplittableRandom;
import reactor.core.publisher.Mono;

/** Events of every source, distinguished by a number. */
public final class LoopEvents {

    public static final CloseReason LOST = new CloseReason(CloseReason.Kind.LOST, "for the test");

    private static final ContractInstanceId CONTRACT =
            LastWriterWins.named("loop").id();
    private static final TransactionId TX = TransactionId.next(Clock.systemUTC(), new SplittableRandom(1));
    private static final ScriptedLink LINK = ScriptedLink.inbound(peer(1));

    private LoopEvents() {}

    static LocalEvent.BackgroundWork note(int number) {
        return note(Integer.toString(number));
    }

    static LocalEvent.BackgroundWork note(String name) {
        return new LocalEvent.BackgroundWork(name, Mono.empty());
    }

    static HandshakeEvent.HandshakeStarted arrived(int number) {
        return new HandshakeEvent.HandshakeStarted(address(number));
    }

    static TransportEvent.Received received(int number) {
        return new TransportEvent.Received(LINK, message(number));
    }

    public static PeerMessage message(int number) {
        return new Get.NotFound(TX, CONTRACT, number);
    }

    public static PeerAddress address(int number) {
        return new PeerAddress("peer-" + number, 1);
    }

    /** Peer ids are ordered by their numbers. */
    public static PeerId peer(int number) {
        byte[] id = new byte[32];
        id[0] = (byte) number;
        return new PeerId(Bytes.wrap(id));
    }
}
