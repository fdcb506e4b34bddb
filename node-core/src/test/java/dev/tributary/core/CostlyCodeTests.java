package dev.tributary.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.core.contract.wasm.measure.ModuleBytes;
import dev.tributary.core.error.RefusalCode;
import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.message.Put;
import dev.tributary.core.message.Refused;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.peer.PeerTransport;
import dev.tributary.core.simulation.InMemoryNetwork;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.HopsToLive;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.State;
import dev.tributary.core.value.TransactionId;
import dev.tributary.core.value.Visited;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A peer that brings code which would exhaust the node gets typed refusals, and loses its link when it goes on. */
@Timeout(60)
class CostlyCodeTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    @Test
    void peerThatKeepsBringingCostlyCodeIsDisconnected() {
        InMemoryNetwork network = InMemoryNetwork.create();
        PeerTransport first = network.transport();
        Node node = Objects.requireNonNull(
                Node.builder().transport(first).wasm().start().block(TIMEOUT));
        PeerTransport attacker = network.transport();
        attacker.open().block(TIMEOUT);
        // The node may not take links yet in the moment after its start.
        PeerLink link = await().atMost(TIMEOUT)
                .ignoreExceptions()
                .until(() -> linkWithFirstPut(attacker, InMemoryNetwork.addressOf(first)), Objects::nonNull);
        List<PeerMessage> received = new CopyOnWriteArrayList<>();
        link.messages().subscribe(received::add, lost -> {});
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(received)
                        .filteredOn(Refused.class::isInstance)
                        .map(Refused.class::cast)
                        .anySatisfy(refused -> {
                            assertThat(refused.code()).isEqualTo(RefusalCode.CONTRACT_UNSUPPORTED);
                            assertThat(refused.detail())
                                    .contains("it has 49990 locals of one function; at most 10000 are allowed");
                        }));
        for (int i = 1; i < 5; i++) {
            link.send(put(i)).onErrorComplete().block(TIMEOUT);
        }
        assertThat(link.closed().block(TIMEOUT)).satisfies(reason -> {
            assertThat(reason.kind()).isEqualTo(CloseReason.Kind.PROTOCOL);
            assertThat(reason.detail()).contains("too much code");
        });
        node.stop().then(attacker.close()).block(TIMEOUT);
    }

    private static PeerLink linkWithFirstPut(PeerTransport attacker, PeerAddress node) {
        PeerLink link = Objects.requireNonNull(attacker.dial(node, null).block(TIMEOUT));
        link.send(put(0)).block(TIMEOUT);
        return link;
    }

    /** Each module is another one, so that none is refused because it is known. */
    private static Put.Request put(int number) {
        byte[] wasm = new ModuleBytes()
                .functions(100 + number, ModuleBytes.locals(49_990), ModuleBytes.hex(""))
                .bytes();
        Contract contract = Contract.of(ContractCode.of(Bytes.wrap(wasm)), Parameters.utf8("p" + number));
        return new Put.Request(
                new TransactionId(1, number),
                new HopsToLive(0),
                Visited.none(),
                Duration.ofSeconds(10),
                contract,
                State.utf8("s"));
    }
}
