package dev.tributary.transport.client.codec;

import dev.tributary.core.value.StateSummary;
import dev.tributary.transport.client.message.ClientAnswer;
import dev.tributary.transport.client.message.ClientAnswer.AnnouncedState;
import dev.tributary.transport.client.message.ClientAnswer.Delegate;
import dev.tributary.transport.client.message.ClientAnswer.GetAnswer;
import dev.tributary.transport.client.message.ClientAnswer.NotFound;
import dev.tributary.transport.client.message.ClientAnswer.Ok;
import dev.tributary.transport.client.message.ClientAnswer.PutAnswer;
import dev.tributary.transport.client.message.ClientAnswer.StreamHeader;
import dev.tributary.transport.client.message.ClientAnswer.SubscribeAnswer;
import dev.tributary.transport.client.message.ClientAnswer.UpdateAnswer;
import dev.tributary.transport.client.message.ClientAnswer.UpdateNotification;
import dev.tributary.transport.client.message.QueryAnswer;
import dev.tributary.transport.client.message.StreamChunk;
import java.util.Optional;

/** Answers in the native encoding. The constants are variant indexes. */
final class NativeAnswers {

    private static final int CONTRACT = 0;
    private static final int DELEGATE = 1;
    private static final int QUERY = 2;
    private static final int OK = 3;
    private static final int CHUNK = 4;
    private static final int HEADER = 5;
    private static final int ANSWERS = 6;

    private static final int GET = 0;
    private static final int PUT = 1;
    private static final int NOTIFICATION = 2;
    private static final int UPDATE = 3;
    private static final int SUBSCRIBE = 4;
    private static final int NOT_FOUND = 5;
    private static final int CONTRACT_ANSWERS = 6;

    private static final int ANNOUNCED = 0;
    private static final int RAW = 1;

    private NativeAnswers() {}

    static ClientAnswer read(BincodeReader in) {
        return switch (in.variant("HostResponse", ANSWERS)) {
            case CONTRACT -> contractAnswer(in);
            case DELEGATE -> new Delegate(in.remainingBytes());
            case QUERY -> NativeQueryAnswers.read(in);
            case OK -> new Ok();
            case CHUNK -> NativeValues.chunk(in);
            default -> new StreamHeader(in.u32("stream_id"), in.u64("total_bytes"), announced(in));
        };
    }

    private static ClientAnswer contractAnswer(BincodeReader in) {
        return switch (in.variant("ContractResponse", CONTRACT_ANSWERS)) {
            case GET ->
                new GetAnswer(
                        NativeValues.key(in),
                        in.option("contract", () -> NativeValues.contract(in)),
                        NativeValues.state(in));
            case PUT -> new PutAnswer(NativeValues.key(in));
            case NOTIFICATION -> new UpdateNotification(NativeValues.key(in), NativeValues.payload(in));
            case UPDATE -> new UpdateAnswer(NativeValues.key(in), new StateSummary(in.bytes("summary")));
            case SUBSCRIBE -> new SubscribeAnswer(NativeValues.key(in), in.bool("subscribed"));
            default -> new NotFound(NativeValues.id(in));
        };
    }

    private static Optional<AnnouncedState> announced(BincodeReader in) {
        return in.variant("StreamContent", 2) == RAW
                ? Optional.empty()
                : Optional.of(new AnnouncedState(NativeValues.key(in), in.bool("includes_contract")));
    }

    static BincodeWriter write(BincodeWriter out, ClientAnswer answer) {
        return switch (answer.answerKind()) {
            case GET -> get(out.u32(CONTRACT).u32(GET), (GetAnswer) answer);
            case PUT -> NativeValues.key(out.u32(CONTRACT).u32(PUT), ((PutAnswer) answer).key());
            case UPDATE_NOTIFICATION -> notification(out.u32(CONTRACT).u32(NOTIFICATION), (UpdateNotification) answer);
            case UPDATE -> update(out.u32(CONTRACT).u32(UPDATE), (UpdateAnswer) answer);
            case SUBSCRIBE -> subscribe(out.u32(CONTRACT).u32(SUBSCRIBE), (SubscribeAnswer) answer);
            case NOT_FOUND ->
                out.u32(CONTRACT).u32(NOT_FOUND).raw(((NotFound) answer).id().bytes());
            case DELEGATE -> out.u32(DELEGATE).raw(((Delegate) answer).body());
            case QUERY -> NativeQueryAnswers.write(out.u32(QUERY), (QueryAnswer) answer);
            case OK -> out.u32(OK);
            case STREAM_CHUNK -> NativeValues.chunk(out.u32(CHUNK), (StreamChunk) answer);
            case STREAM_HEADER -> header(out.u32(HEADER), (StreamHeader) answer);
        };
    }

    private static BincodeWriter get(BincodeWriter out, GetAnswer get) {
        return NativeValues.key(out, get.key())
                .option(get.contract(), contract -> NativeValues.contract(out, contract))
                .bytes(get.state().bytes());
    }

    private static BincodeWriter notification(BincodeWriter out, UpdateNotification notification) {
        return NativeValues.payload(NativeValues.key(out, notification.key()), notification.payload());
    }

    private static BincodeWriter update(BincodeWriter out, UpdateAnswer update) {
        return NativeValues.key(out, update.key()).bytes(update.summary().bytes());
    }

    private static BincodeWriter subscribe(BincodeWriter out, SubscribeAnswer subscribe) {
        return NativeValues.key(out, subscribe.key()).bool(subscribe.isSubscribed());
    }

    private static BincodeWriter header(BincodeWriter out, StreamHeader header) {
        announced(out.u32(header.stream()).u64(header.totalBytes()), header.announced());
        return out;
    }

    private static void announced(BincodeWriter out, Optional<AnnouncedState> announced) {
        announced.ifPresentOrElse(
                get -> {
                    NativeValues.key(out.u32(ANNOUNCED), get.key());
                    out.bool(get.withContract());
                },
                () -> out.u32(RAW));
    }
}
