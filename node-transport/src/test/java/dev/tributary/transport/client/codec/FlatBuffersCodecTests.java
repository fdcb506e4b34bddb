package dev.tributary.transport.client.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.flatbuffers.FlatBufferBuilder;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.StateSummary;
import dev.tributary.transport.client.message.ClientAnswer.GetAnswer;
import dev.tributary.transport.client.message.ClientAnswer.NotFound;
import dev.tributary.transport.client.message.ClientAnswer.Ok;
import dev.tributary.transport.client.message.ClientAnswer.PutAnswer;
import dev.tributary.transport.client.message.ClientAnswer.StreamHeader;
import dev.tributary.transport.client.message.ClientAnswer.SubscribeAnswer;
import dev.tributary.transport.client.message.ClientAnswer.UpdateAnswer;
import dev.tributary.transport.client.message.ClientAnswer.UpdateNotification;
import dev.tributary.transport.client.message.ClientError;
import dev.tributary.transport.client.message.ClientError.DeserializationError;
import dev.tributary.transport.client.message.ClientError.OperationError;
import dev.tributary.transport.client.message.ClientError.Plain;
import dev.tributary.transport.client.message.ClientError.Unhandled;
import dev.tributary.transport.client.message.ClientReply;
import dev.tributary.transport.client.message.ClientRequest;
import dev.tributary.transport.client.message.ClientRequest.Authenticate;
import dev.tributary.transport.client.message.ClientRequest.Close;
import dev.tributary.transport.client.message.ClientRequest.Disconnect;
import dev.tributary.transport.client.message.ClientRequest.Get;
import dev.tributary.transport.client.message.ClientRequest.Put;
import dev.tributary.transport.client.message.ClientRequest.Related;
import dev.tributary.transport.client.message.ClientRequest.Subscribe;
import dev.tributary.transport.client.message.ClientRequest.Update;
import dev.tributary.transport.client.message.NodeQuery;
import dev.tributary.transport.client.message.PackedContract;
import dev.tributary.transport.client.message.StreamChunk;
import dev.tributary.transport.client.message.UpdatePayload.Delta;
import dev.tributary.transport.client.message.UpdatePayload.FullState;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FlatBuffersCodecTests {

    private static final HexFormat HEX = HexFormat.of();
    private static final FlatBuffersCodec CODEC = new FlatBuffersCodec();
    private static final NativeCodec NATIVE = new NativeCodec();

    private static final ContractInstanceId ID = new ContractInstanceId(
            Bytes.wrap(HEX.parseHex("b49320d530a8e8abe6724533c5ab036eca2adab85cf7bfba2e657c5be2868c27")));
    private static final CodeHash CODE =
            new CodeHash(Bytes.wrap(HEX.parseHex("0d66d411a21e80d93afa1487b002a1867432c04ba1d08dc790d259639f6a69c4")));
    private static final ContractKey KEY = new ContractKey(ID, CODE);
    private static final PackedContract CONTRACT =
            PackedContract.of(Bytes.wrap(HEX.parseHex("0061736d01000000")), Parameters.of(new byte[] {1, 2, 3}));
    private static final ContractInstanceId NINES = new ContractInstanceId(Bytes.wrap(HEX.parseHex("09".repeat(32))));
    private static final Bytes AABB = Bytes.wrap(new byte[] {(byte) 0xaa, (byte) 0xbb});

    /** Expected requests by the names of the examples. */
    private static final Map<String, ClientRequest> REQUESTS = Map.ofEntries(
            Map.entry("PUT subscribe=true", new Put(CONTRACT, State.utf8("hi"), List.of(), true, false)),
            Map.entry("PUT subscribe=false", new Put(CONTRACT, State.utf8("hi"), List.of(), false, false)),
            Map.entry("GET fetch_contract=false (key from instance id only)", new Get(ID, false, false, false)),
            Map.entry("GET fetch_contract=true subscribe=true", new Get(ID, true, true, false)),
            Map.entry("SUBSCRIBE (default empty summary)", new Subscribe(ID, Optional.empty())),
            Map.entry("UPDATE StateUpdate \"yo\"", new Update(ID, Optional.of(CODE), new FullState(State.utf8("yo")))),
            Map.entry("UPDATE DeltaUpdate \"!\"", new Update(ID, Optional.of(CODE), new Delta(StateDelta.utf8("!")))),
            Map.entry("Disconnect (no cause)", new Disconnect(Optional.empty())),
            Map.entry("Disconnect cause=\"bye\"", new Disconnect(Optional.of("bye"))),
            Map.entry("Authenticate \"tok\" (sent on open)", new Authenticate("tok")),
            Map.entry("StreamChunk(7, 0 of 2, aa bb) request", new StreamChunk(7, 0, 2, AABB)));

    private static final Map<String, ClientReply> REPLIES = Map.ofEntries(
            Map.entry("PutResponse", new PutAnswer(KEY)),
            Map.entry("GetResponse contract=null state=\"hi\"", new GetAnswer(KEY, Optional.empty(), State.utf8("hi"))),
            Map.entry(
                    "GetResponse contract present state=\"hi\"",
                    new GetAnswer(KEY, Optional.of(CONTRACT), State.utf8("hi"))),
            Map.entry(
                    "UpdateNotification StateUpdate \"yo\"",
                    new UpdateNotification(KEY, new FullState(State.utf8("yo")))),
            Map.entry(
                    "UpdateNotification DeltaUpdate \"!\"",
                    new UpdateNotification(KEY, new Delta(StateDelta.utf8("!")))),
            Map.entry("UpdateResponse summary=\"s\"", new UpdateAnswer(KEY, new StateSummary(Bytes.utf8("s")))),
            Map.entry("SubscribeResponse true", new SubscribeAnswer(KEY, true)),
            Map.entry("SubscribeResponse false", new SubscribeAnswer(KEY, false)),
            Map.entry("NotFound 09..09", new NotFound(NINES)),
            Map.entry("Error \"boom\" (type 5)", new Unhandled("boom")),
            Map.entry(
                    "Ok \"client error: boom\" (type 4; what the Rust node sends for a ClientError)",
                    new Unhandled("boom")),
            Map.entry("StreamChunk(0, 0 of 3, aa bb) response", new StreamChunk(0, 0, 3, AABB)));

    static Stream<TestVector> requests() {
        return TestVector.examples(ClientEncoding.FLATBUFFERS, TestVector.REQUEST).stream();
    }

    static Stream<TestVector> replies() {
        return TestVector.examples(ClientEncoding.FLATBUFFERS, TestVector.REPLY).stream();
    }

    /** Replies that the reference library wrote in both encodings. */
    static Stream<TestVector> observed() {
        return TestVector.fromReferenceLibrary(TestVector.REPLY).stream()
                .filter(vector -> vector.flatBuffers().isPresent());
    }

    @Test
    void everyExampleHasAnExpectedValue() {
        assertThat(requests().map(TestVector::name).collect(Collectors.toSet())).isEqualTo(REQUESTS.keySet());
        assertThat(replies().map(TestVector::name).collect(Collectors.toSet())).isEqualTo(REPLIES.keySet());
    }

    @ParameterizedTest
    @MethodSource("requests")
    void requestOfTheOfficialClientIsDecoded(TestVector vector) {
        assertThat(CODEC.decodeRequest(vector.bytes())).isEqualTo(REQUESTS.get(vector.name()));
    }

    @ParameterizedTest
    @MethodSource("replies")
    void replyForTheOfficialClientIsDecoded(TestVector vector) {
        assertThat(CODEC.decodeAnswer(vector.bytes())).isEqualTo(REPLIES.get(vector.name()));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void requestSurvivesEncodingAndDecoding(TestVector vector) {
        ClientRequest request = CODEC.decodeRequest(vector.bytes());

        assertThat(CODEC.decodeRequest(CODEC.encodeRequest(request))).isEqualTo(request);
    }

    @ParameterizedTest
    @MethodSource("replies")
    void replySurvivesEncodingAndDecoding(TestVector vector) {
        ClientReply reply = CODEC.decodeAnswer(vector.bytes());

        assertThat(CODEC.decodeAnswer(ReplyEncoding.encode(CODEC, reply))).isEqualTo(reply);
    }

    @ParameterizedTest
    @MethodSource("observed")
    void referenceRepliesAreEqualInBothEncodings(TestVector vector) {
        ClientReply expected = NATIVE.decodeAnswer(vector.bytes());
        ClientReply reply =
                CODEC.decodeAnswer(vector.flatBuffers().orElseThrow().toArray());

        if (vector.name().startsWith("Err.")) {
            assertThat(reply).isEqualTo(ErrorText.parse("client error: " + ((ClientError) expected).text()));
        } else if (vector.name().startsWith("Ok.DelegateResponse")) {
            assertThat(reply).hasSameClassAs(expected);
        } else if (vector.name().endsWith("SubscribeResponse/true")) {
            assertThat(reply).isEqualTo(new PutAnswer(((SubscribeAnswer) expected).key()));
        } else {
            assertThat(reply).isEqualTo(expected);
        }
    }

    @Test
    void relatedContractWithoutStateIsWrittenWithAnEmptyState() {
        Related withoutState = new Related(NINES, Optional.empty());
        Related withState = new Related(ID, Optional.of(State.utf8("related")));
        Put put = new Put(CONTRACT, State.utf8("hi"), List.of(withoutState, withState), false, true);

        Put read = (Put) CODEC.decodeRequest(CODEC.encodeRequest(put));

        assertThat(read.related()).containsExactly(new Related(NINES, Optional.of(State.utf8(""))), withState);
        assertThat(read.blockingSubscribe()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("updatePayloads")
    void everyKindOfUpdateSurvivesEncodingAndDecoding(TestVector vector) {
        ClientRequest update = NATIVE.decodeRequest(vector.bytes());

        assertThat(CODEC.decodeRequest(CODEC.encodeRequest(update))).isEqualTo(update);
    }

    static Stream<TestVector> updatePayloads() {
        return Stream.concat(
                        TestVector.fromReferenceLibrary(TestVector.REQUEST).stream(),
                        TestVector.examples(ClientEncoding.NATIVE, TestVector.REQUEST).stream())
                .filter(vector ->
                        vector.name().contains("Update/") || vector.name().startsWith("UPDATE"));
    }

    @Test
    void acknowledgementHasTheRequiredText() {
        assertThat(CODEC.decodeAnswer(CODEC.encodeAnswer(new Ok()))).isEqualTo(new Ok());
    }

    @Test
    void errorsIdentifiedByTheirTextSurviveEncodingAndDecoding() {
        assertThat(CODEC.decodeAnswer(CODEC.encodeError(new OperationError("no peers"))))
                .isEqualTo(new OperationError("no peers"));
        assertThat(CODEC.decodeAnswer(CODEC.encodeError(new DeserializationError("cut"))))
                .isEqualTo(new DeserializationError("cut"));
        assertThat(CODEC.decodeAnswer(CODEC.encodeError(Plain.PEER_NOT_JOINED))).isEqualTo(Plain.PEER_NOT_JOINED);
    }

    @Test
    void errorHasTheErrorType() {
        byte[] error = CODEC.encodeError(new Unhandled("boom"));

        var root = dev.tributary.transport.client.flatbuffers.response.HostResponse.getRootAsHostResponse(
                ByteBuffer.wrap(error));
        assertThat(root.responseType())
                .isEqualTo(dev.tributary.transport.client.flatbuffers.response.HostResponseType.Error);
    }

    @Test
    void invalidTextIsWrittenWithReplacementCharacters() {
        assertThat(CODEC.decodeRequest(CODEC.encodeRequest(new Authenticate("\ud800"))))
                .isEqualTo(new Authenticate("?"));
    }

    @Test
    void unsupportedMessagesAreNotWritten() {
        assertThatIllegalArgumentException().isThrownBy(() -> CODEC.encodeRequest(new Close()));
        assertThatIllegalArgumentException().isThrownBy(() -> CODEC.encodeRequest(new NodeQuery.ConnectedPeers()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CODEC.encodeAnswer(new StreamHeader(0, 1, Optional.empty())));
    }

    @Test
    void idOfWrongSizeIsNamed() {
        FlatWriter writer = new FlatWriter(0);
        FlatBufferBuilder out = writer.out();
        int data = writer.bytes(AABB);
        int id = dev.tributary.transport.client.flatbuffers.common.ContractInstanceId.createContractInstanceId(
                out, data);
        int key = dev.tributary.transport.client.flatbuffers.common.ContractKey.createContractKey(out, id, 0);
        int get = dev.tributary.transport.client.flatbuffers.request.Get.createGet(out, key, false, false, false);

        assertRefused(command(writer, (byte) 3, get), "ContractInstanceId.data must have 32 bytes, not 2");
    }

    @Test
    void unknownKindOfRequestIsNamed() {
        FlatWriter writer = new FlatWriter(0);
        int get = dev.tributary.transport.client.flatbuffers.request.Get.createGet(
                writer.out(), writer.key(KEY), false, false, false);

        assertRefused(command(writer, (byte) 200, get), "union ContractRequestType has no member with tag 200");
    }

    @Test
    void keyWithCodeHashOfWrongSizeIdentifiesItsContract() {
        FlatWriter writer = new FlatWriter(0);
        FlatBufferBuilder out = writer.out();
        int instance = writer.id(ID);
        int code = writer.bytes(Bytes.empty());
        int key = dev.tributary.transport.client.flatbuffers.common.ContractKey.createContractKey(out, instance, code);
        int payload = writer.payload(new FullState(State.utf8("yo")));
        int update = dev.tributary.transport.client.flatbuffers.request.Update.createUpdate(out, key, payload);

        assertThat(CODEC.decodeRequest(command(writer, (byte) 2, update)))
                .isEqualTo(new Update(ID, Optional.empty(), new FullState(State.utf8("yo"))));
    }

    private static byte[] command(FlatWriter writer, byte type, int value) {
        int command = dev.tributary.transport.client.flatbuffers.request.ContractRequest.createContractRequest(
                writer.out(), type, value);
        return writer.finish(dev.tributary.transport.client.flatbuffers.request.ClientRequest.createClientRequest(
                writer.out(), (byte) 1, command));
    }

    private static void assertRefused(byte[] message, String cause) {
        assertThatExceptionOfType(ClientDecodingException.class)
                .isThrownBy(() -> CODEC.decodeRequest(message))
                .satisfies(refusal -> assertThat(refusal.error()).isEqualTo(new DeserializationError(cause)));
    }
}
