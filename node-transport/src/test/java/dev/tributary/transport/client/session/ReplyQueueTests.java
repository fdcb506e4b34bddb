package dev.tributary.transport.client.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.limit.Permits;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import dev.tributary.transport.client.message.ClientAnswer;
import dev.tributary.transport.client.message.ClientError;
import dev.tributary.transport.client.message.ClientReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class ReplyQueueTests {

    private static final Contract NOTE = LastWriterWins.named("note");
    private static final ClientReply SMALL = new ClientAnswer.Ok();

    private final Permits shared = new Permits(1000);
    private final ReplyQueue outbox = new ReplyQueue(500, shared);

    @Test
    void entriesAreEmittedInOrderAndOnRequest() {
        outbox.add(SMALL);
        outbox.add(answer(10));

        StepVerifier.create(outbox.entries(), 0)
                .thenRequest(1)
                .expectNextMatches(
                        entry -> ((QueueEntry.OutgoingReply) entry).reply().equals(SMALL))
                .thenRequest(1)
                .expectNextMatches(entry -> ((QueueEntry.OutgoingReply) entry).size() == 10)
                .thenRequest(5)
                .then(() -> outbox.close(1001, "bye"))
                .expectNext(new QueueEntry.CloseFrame(1001, "bye"))
                .verifyComplete();
    }

    @Test
    void nothingIsAddedAfterTheCloseFrame() {
        outbox.close(0, "");
        outbox.add(SMALL);
        outbox.close(1001, "later");

        StepVerifier.create(outbox.entries())
                .expectNext(new QueueEntry.CloseFrame(0, ""))
                .verifyComplete();
    }

    @Test
    void answerBeyondTheSharedBudgetIsReplacedByAnError() {
        outbox.add(answer(600));
        outbox.add(answer(600));

        List<ClientReply> replies = new ArrayList<>();
        outbox.entries().subscribe(entry -> replies.add(((QueueEntry.OutgoingReply) entry).reply()));
        assertThat(replies.get(0)).isInstanceOf(ClientAnswer.GetAnswer.class);
        assertThat(replies.get(1)).isInstanceOf(ClientError.OperationError.class);
        assertThat(shared.used()).isEqualTo(600);
    }

    @Test
    void newRequestWaitsUntilTheQueueIsBelowItsHighWaterMark() {
        outbox.add(answer(300));
        StepVerifier.create(outbox.awaitCapacity()).verifyComplete();
        outbox.add(answer(300));
        List<QueueEntry.OutgoingReply> written = new ArrayList<>();
        outbox.entries().subscribe(entry -> written.add((QueueEntry.OutgoingReply) entry));

        StepVerifier.create(outbox.awaitCapacity())
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(1))
                .then(() -> outbox.onWritten(written.get(0)))
                .verifyComplete();
        assertThat(outbox.bytes()).isEqualTo(300);
    }

    @Test
    void discardedEntriesReleaseTheirBytes() {
        outbox.add(answer(300));
        outbox.clear();

        assertThat(shared.used()).isZero();
        assertThat(outbox.bytes()).isZero();
    }

    @Test
    void synchronousRequestsForManyEntriesDoNotOverflowTheStack() {
        for (int i = 0; i < 100_000; i++) {
            outbox.add(SMALL);
        }
        outbox.close(0, "");

        StepVerifier.create(outbox.entries().concatMap(entry -> Mono.just(entry), 0))
                .expectNextCount(100_001)
                .verifyComplete();
    }

    private static ClientReply answer(int bytes) {
        return new ClientAnswer.GetAnswer(NOTE.key(), Optional.empty(), State.of(new byte[bytes]));
    }
}
