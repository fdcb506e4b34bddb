package dev.tributary.core.peer;

import dev.tributary.core.error.RefusalCode;
import dev.tributary.core.message.Connect;
import dev.tributary.core.message.Get;
import dev.tributary.core.message.Hosting;
import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.message.Put;
import dev.tributary.core.message.Refused;
import dev.tributary.core.message.Underway;
import dev.tributary.core.message.Update;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.HopsToLive;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerContact;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.RingLocation;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.StateSummary;
import dev.tributary.core.value.TransactionId;
import dev.tributary.core.value.Visited;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Creates messages of all kinds with random content. */
public final class SampleMessages {

    private final Random random;

    public SampleMessages(long seed) {
        this.random = new Random(seed);
    }

    /** Returns at least one message of each kind; two where a field is optional or may be empty. */
    public List<PeerMessage> oneOfEachKind() {
        Contract contract = contract(100);
        return List.of(
                new Put.Request(tx(), hopsToLive(), visited(3), budget(), contract, state(2000)),
                new Put.Request(tx(), hopsToLive(), Visited.none(), budget(), contract(0), state(0)),
                new Put.Stored(tx(), contract.key(), true, 3, 7, state(1).digest()),
                new Put.Stored(tx(), contract.key(), false, 0, 1),
                get(),
                new Get.Found(tx(), contract, state(500), 2),
                new Get.Found(tx(), contract, state(50), 0, false),
                new Hosting.Offer(tx(), budget(), List.of(held(), held(), held())),
                new Hosting.Offer(tx(), budget(), List.of()),
                new Hosting.Offer(tx(), budget(), List.of(held(), unconfirmed(), unconfirmed())),
                new Hosting.Answer(tx(), List.of(Hosting.Verdict.values())),
                new Hosting.Answer(tx(), List.of(Hosting.Verdict.values()), Set.of(0, 2)),
                new Get.NotFound(tx(), contract.id(), 10),
                changed(300),
                new Update.Changed(
                        tx(),
                        contract.id(),
                        state(1).digest(),
                        state(2).digest(),
                        List.of(
                                new StateChange.Delta(new StateDelta(Bytes.empty())),
                                new StateChange.FullAndDelta(state(30), new StateDelta(bytes(4))))),
                new Update.Changed(
                        tx(),
                        contract.id(),
                        state(1).digest(),
                        state(2).digest(),
                        List.of(new StateChange.Full(state(3))),
                        true),
                new Update.Acknowledged(tx(), contract.id()),
                new Update.Reconcile(tx(), budget(), contract.id(), state(1).digest(), new StateSummary(bytes(40))),
                new Update.Reconcile(tx(), budget(), contract.id(), state(1).digest(), null),
                new Update.Difference(tx(), new StateChange.Delta(new StateDelta(bytes(70))), state(1).digest(), null),
                new Update.Difference(
                        tx(), new StateChange.Full(state(90)), state(1).digest(), new StateSummary(bytes(1))),
                new Hosting.Unfollowed(tx(), List.of(contract.id(), contract(1).id())),
                new Underway(tx(), 50 << 20),
                new Connect.Request(tx(), hopsToLive(), visited(1), budget(), new RingLocation(0.75), peer(), true, 4),
                new Connect.Offers(tx(), List.of(contact("192.0.2.7"), contact("2001:db8::1"))),
                new Connect.Offers(
                        tx(), List.of(new PeerContact(Connect.Offers.OWN_ADDRESS, peer()), contact("192.0.2.7"))),
                new Connect.Offers(
                        tx(),
                        List.of(
                                contact("192.0.2.7"),
                                new PeerContact(new PeerAddress("quic", "192.0.2.8", 7), peer()),
                                new PeerContact(new PeerAddress("x", "2001:db8::2", 8), peer()))),
                new Connect.Offers(tx(), List.of()),
                new Connect.Full(tx(), budget()),
                new Refused(tx(), RefusalCode.BUSY, "too much to do – später", peer()),
                new Refused(tx(), RefusalCode.UNKNOWN, "", null));
    }

    /** Returns a small request. */
    public Get.Request get() {
        return new Get.Request(
                tx(), hopsToLive(), visited(2), budget(), contract(10).id());
    }

    /** Returns a replica of an offer. */
    private Hosting.Replica unconfirmed() {
        Hosting.Replica held = held();
        return new Hosting.Replica(held.id(), held.digest(), held.bytes(), false);
    }

    public Hosting.Replica held() {
        return new Hosting.Replica(contract(1).id(), state(1).digest(), random.nextInt(Integer.MAX_VALUE));
    }

    /** Returns a reply with a state of this size in bytes. */
    public Get.Found found(int stateSize) {
        return new Get.Found(tx(), contract(100), state(stateSize), 1);
    }

    /** Returns a notice with a state of this size in bytes. */
    public Update.Changed changed(int stateSize) {
        return new Update.Changed(
                tx(),
                contract(10).id(),
                state(1).digest(),
                state(2).digest(),
                List.of(new StateChange.Full(state(stateSize))));
    }

    public TransactionId tx() {
        return new TransactionId(random.nextLong(), random.nextLong());
    }

    public PeerId peer() {
        return new PeerId(bytes(32));
    }

    private PeerContact contact(String host) {
        return new PeerContact(new PeerAddress(host, 1 + random.nextInt(65_535)), peer());
    }

    public Visited visited(int count) {
        List<PeerId> peers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            peers.add(peer());
        }
        return new Visited(peers);
    }

    public Contract contract(int codeSize) {
        return Contract.of(ContractCode.of(bytes(codeSize)), new Parameters(bytes(random.nextInt(64))));
    }

    public State state(int size) {
        return new State(bytes(size));
    }

    private HopsToLive hopsToLive() {
        return new HopsToLive(random.nextInt(HopsToLive.MAX + 1));
    }

    private Duration budget() {
        return Duration.ofMillis(1 + random.nextInt(60_000));
    }

    private Bytes bytes(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return Bytes.wrap(bytes);
    }
}
