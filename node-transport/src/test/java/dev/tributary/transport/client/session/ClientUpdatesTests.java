package dev.tributary.transport.client.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.limit.MemoryBudget;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractUpdate;
import dev.tributary.core.value.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.scheduler.VirtualTimeScheduler;

class ClientUpdatesTests {

    private static final Contract NOTE = LastWriterWins.named("note");

    private final VirtualTimeScheduler timer = VirtualTimeScheduler.create();
    private final MemoryBudget memory = new MemoryBudget("updates", 1000, 500);
    private final ClientUpdates updates = session("client");
    private int subscriptions;

    @AfterEach
    void stop() {
        timer.dispose();
    }

    @Test
    void updatesOfAClientThatDoesNotReadStayWithinItsShare() {
        List<ContractUpdate> received = subscribe(updates, 20);

        assertThat(received).hasSize(3);
        assertThat(memory.used()).isEqualTo(300);
        assertThat(subscriptions).as("states that were read").isLessThan(5);
    }

    @Test
    void droppedUpdateComesWhenTheClientHasReadEarlierOnes() {
        List<ContractUpdate> received = subscribe(updates, 5);
        List.copyOf(received).forEach(updates::release);
        timer.advanceTimeBy(Duration.ofMinutes(1));

        assertThat(received).hasSize(5);
        received.subList(3, 5).forEach(updates::release);
        assertThat(memory.used()).isZero();
    }

    @Test
    void otherClientsFindRoom() {
        subscribe(updates, 20);

        assertThat(subscribe(session("other"), 1)).hasSize(1);
    }

    @Test
    void closedSessionReturnsAllAndGetsNothingMore() {
        List<ContractUpdate> received = subscribe(updates, 20);
        updates.close();
        timer.advanceTimeBy(Duration.ofMinutes(1));

        assertThat(memory.used()).isZero();
        assertThat(received).hasSize(3);
    }

    private ClientUpdates session(String name) {
        return new ClientUpdates(
                id -> Flux.defer(() -> {
                    subscriptions++;
                    return Flux.just(new ContractUpdate(NOTE.key(), new State(Bytes.copyOf(new byte[100])), 0))
                            .concatWith(Flux.never());
                }),
                memory.account(name),
                timer);
    }

    private static List<ContractUpdate> subscribe(ClientUpdates from, int count) {
        List<ContractUpdate> received = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            from.of(NOTE.id()).subscribe(received::add);
        }
        return received;
    }
}
