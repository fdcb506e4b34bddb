package dev.tributary.core.subscription;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.interleaving.ManualLoop;
import dev.tributary.core.limit.Permits;
import dev.tributary.core.storage.Demand;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

class ContractSubscribersTests {

    private static final Contract NOTE = LastWriterWins.named("note");

    private final ManualLoop callbacks = new ManualLoop();
    private final Permits memory = new Permits(1000);
    private final AtomicInteger withoutRoom = new AtomicInteger();
    private final ContractSubscribers subscribers =
            new ContractSubscribers(callbacks, memory, lost -> {}, withoutRoom::incrementAndGet);
    private final List<Integer> shown = new ArrayList<>();

    @Test
    void subscribersStayWhenTheirQueuedStateIsDroppedForAnotherThatHasNoRoomEither() {
        subscribe();
        memory.acquire(800);
        subscribers.publish(stored(1, 100));
        subscribers.publish(stored(2, 500));
        assertThat(withoutRoom).hasValue(1);

        callbacks.settle();
        memory.release(800);
        subscribers.publish(stored(3, 100));
        callbacks.settle();

        assertThat(shown).containsExactly(3);
    }

    private void subscribe() {
        Flux.<NumberedUpdate>create(sink -> subscribers.add(new SubscriberSink(sink)))
                .subscribe(state -> shown.add((int)
                        LastWriterWins.content(
                                Objects.requireNonNull(state.update()).state())[0]));
    }

    private static StoredContract stored(int version, int size) {
        byte[] content = new byte[size];
        content[0] = (byte) version;
        State state = LastWriterWins.state(version, content);
        return new StoredContract(NOTE, state, state.digest(), Instant.EPOCH, Demand.unrequested(Instant.EPOCH));
    }
}
