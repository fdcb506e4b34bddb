package dev.tributary.transport.client.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.StateSummary;
import dev.tributary.transport.client.message.ClientAnswer;
import dev.tributary.transport.client.message.ClientReply;
import dev.tributary.transport.client.message.ClientRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OrderedRepliesTests {

    private static final ContractInstanceId ID = LastWriterWins.named("note").id();
    private static final ClientRequest GET = new ClientRequest.Get(ID, false, false, false);
    private static final ClientRequest SUBSCRIBE = new ClientRequest.Subscribe(ID, Optional.empty());

    private final List<String> out = new ArrayList<>();

    @Test
    void answerWaitsForEarlierRequestsOfItsKindOnly() {
        OrderedReplies lanes = lanes(true);
        ReplySlot first = lanes.reserve(GET);
        ReplySlot second = lanes.reserve(GET);
        ReplySlot other = lanes.reserve(SUBSCRIBE);

        second.complete(reply("second"), () -> out.add("after second"));
        other.complete(reply("other"), () -> {});
        first.complete(reply("first"), () -> {});

        assertThat(out).containsExactly("other", "first", "second", "after second");
    }

    @Test
    void requestWithoutAnAnswerDoesNotBlockOthers() {
        OrderedReplies lanes = lanes(true);
        ReplySlot first = lanes.reserve(GET);
        lanes.reserve(GET).complete(reply("second"), () -> {});

        first.release();

        assertThat(out).containsExactly("second");
    }

    @Test
    void unorderedAnswersAreDeliveredImmediately() {
        OrderedReplies lanes = lanes(false);
        ReplySlot first = lanes.reserve(GET);
        lanes.reserve(GET).complete(reply("second"), () -> {});
        first.complete(reply("first"), () -> {});

        assertThat(out).containsExactly("second", "first");
    }

    private OrderedReplies lanes(boolean ordered) {
        return new OrderedReplies(ordered, (reply, after) -> {
            out.add(((ClientAnswer.UpdateAnswer) reply).summary().bytes().toUtf8());
            after.run();
        });
    }

    private static ClientReply reply(String text) {
        return new ClientAnswer.UpdateAnswer(LastWriterWins.named("note").key(), StateSummary.utf8(text));
    }
}
