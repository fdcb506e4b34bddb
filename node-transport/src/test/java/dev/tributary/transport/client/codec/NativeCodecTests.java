package dev.tributary.transport.client.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.State;
import dev.tributary.transport.client.message.ClientAnswer.AnnouncedState;
import dev.tributary.transport.client.message.ClientAnswer.StreamHeader;
import dev.tributary.transport.client.message.ClientError;
import dev.tributary.transport.client.message.ClientError.DeserializationError;
import dev.tributary.transport.client.message.ClientReply;
import dev.tributary.transport.client.message.ClientRequest.Authenticate;
import dev.tributary.transport.client.message.ClientRequest.Get;
import dev.tributary.transport.client.message.ClientRequest.Put;
import dev.tributary.transport.client.message.ClientRequest.Subscribe;
import dev.tributary.transport.client.message.ClientRequest.Update;
import dev.tributary.transport.client.message.PackedContract;
import dev.tributary.transport.client.message.UpdatePayload.FullState;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class NativeCodecTests {

    private static final String CODE_HASH = "0d66d411a21e80d93afa1487b002a1867432c04ba1d08dc790d259639f6a69c4";
    private static final String ID = "b49320d530a8e8abe6724533c5ab036eca2adab85cf7bfba2e657c5be2868c27";

    private static final NativeCodec CODEC = new NativeCodec();
    private static final HexFormat HEX = HexFormat.of();

    static Stream<TestVector> requests() {
        return Stream.concat(
                TestVector.fromReferenceLibrary(TestVector.REQUEST).stream(),
                TestVector.examples(ClientEncoding.NATIVE, TestVector.REQUEST).stream());
    }

    static Stream<TestVector> replies() {
        return Stream.concat(
                TestVector.fromReferenceLibrary(TestVector.REPLY).stream(),
                TestVector.examples(ClientEncoding.NATIVE, TestVector.REPLY).stream());
    }

    @ParameterizedTest
    @MethodSource("requests")
    void requestIsEncodedAsItWasDecoded(TestVector vector) {
        assertThat(CODEC.encodeRequest(CODEC.decodeRequest(vector.bytes()))).isEqualTo(vector.bytes());
    }

    @ParameterizedTest
    @MethodSource("replies")
    void replyIsEncodedAsItWasDecoded(TestVector vector) {
        assertThat(ReplyEncoding.encode(CODEC, CODEC.decodeAnswer(vector.bytes())))
                .isEqualTo(vector.bytes());
    }

    @ParameterizedTest
    @MethodSource("requests")
    void trailingBytesOfARequestAreIgnored(TestVector vector) {
        byte[] longer = Arrays.copyOf(vector.bytes(), vector.bytes().length + 3);

        assertThat(CODEC.decodeRequest(longer)).hasSameClassAs(CODEC.decodeRequest(vector.bytes()));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void truncatedRequestIsRefused(TestVector vector) {
        // The body of a delegate request is not decoded.
        int end = vector.name().startsWith("DelegateOp") ? 2 * Integer.BYTES : vector.bytes().length;
        for (int size = 0; size < end; size++) {
            byte[] truncated = Arrays.copyOf(vector.bytes(), size);
            assertThatExceptionOfType(ClientDecodingException.class)
                    .isThrownBy(() -> CODEC.decodeRequest(truncated))
                    .withMessageContaining("unexpected end of file");
        }
    }

    @Test
    void examplePutIsDecoded() {
        Put put = (Put) CODEC.decodeRequest(example(TestVector.REQUEST, "PUT subscribe=true"));

        assertThat(put.contract().code()).isEqualTo(Bytes.wrap(HEX.parseHex("0061736d01000000")));
        assertThat(put.contract().parameters()).isEqualTo(Parameters.of(new byte[] {1, 2, 3}));
        assertThat(put.contract().unpack().key()).isEqualTo(key());
        assertThat(put.state()).isEqualTo(State.utf8("hi"));
        assertThat(put.related()).isEmpty();
        assertThat(put.subscribe()).isTrue();
        assertThat(put.blockingSubscribe()).isFalse();
    }

    @Test
    void otherExampleRequestsAreDecoded() {
        assertThat(CODEC.decodeRequest(example(TestVector.REQUEST, "GET code=true subscribe=true")))
                .isEqualTo(new Get(key().id(), true, true, false));
        assertThat(CODEC.decodeRequest(example(TestVector.REQUEST, "SUBSCRIBE summary=None")))
                .isEqualTo(new Subscribe(key().id(), Optional.empty()));
        assertThat(CODEC.decodeRequest(example(TestVector.REQUEST, "UPDATE State")))
                .isEqualTo(new Update(key().id(), Optional.of(key().code()), new FullState(State.utf8("yo"))));
        assertThat(CODEC.decodeRequest(example(TestVector.REQUEST, "Authenticate \"tok\"")))
                .isEqualTo(new Authenticate("tok"));
    }

    @Test
    void streamHeaderNamesTheAnnouncedState() {
        ClientReply reply = CODEC.decodeAnswer(
                example(TestVector.REPLY, "Ok(StreamHeader id=0 bytes=600000 GetResponse contract=true)"));

        assertThat(reply).isEqualTo(new StreamHeader(0, 600_000, Optional.of(new AnnouncedState(key(), true))));
    }

    @Test
    void claimedHashesOfAContractAreIgnored() {
        byte[] message = example(TestVector.REQUEST, "PUT subscribe=true");
        int codeHash = 4 + 4 + 8 + 8 + 8;
        message[codeHash] ^= 1;

        assertThat(((Put) CODEC.decodeRequest(message)).contract().unpack().key())
                .isEqualTo(key());
    }

    @Test
    void updateWithoutCodeHashIsWrittenWithZeroes() {
        Update update = new Update(key().id(), Optional.empty(), new FullState(State.utf8("yo")));

        Update read = (Update) CODEC.decodeRequest(CODEC.encodeRequest(update));

        assertThat(read.code()).contains(new CodeHash(Bytes.wrap(new byte[32])));
    }

    @ParameterizedTest
    @CsvSource({
        "09000000, 'ClientRequest: invalid value: integer `9`, expected variant index 0 <= i < 7'",
        "ffffffff, 'ClientRequest: invalid value: integer `4294967295`, expected variant index 0 <= i < 7'",
        "0000000004000000, 'DelegateRequest: invalid value: integer `4`, expected variant index 0 <= i < 4'",
        "0100000004000000, 'ContractRequest: invalid value: integer `4`, expected variant index 0 <= i < 4'",
        "0400000004000000, 'NodeQuery: invalid value: integer `4`, expected variant index 0 <= i < 4'",
        "0200000002, 'cause: tag for enum is not valid, expected 0 or 1, found 2'",
        "03000000ffffffffffffffff, 'token: io error: unexpected end of file: length 18446744073709551615 is declared, and at most 0 are available'",
        "030000000100000000000000ff, 'token: string is not valid utf8'",
        "040000000200000007, 'include_node_info: invalid u8 while decoding bool, expected 0 or 1, found 7'",
        "06000000070000000000000002000000ffffff7f00000000aabb, 'chunk data: io error: unexpected end of file: length 2147483647 is declared, and at most 2 are available'",
    })
    void malformedBytesAreRefusedWithTheReason(String hex, String cause) {
        assertThatExceptionOfType(ClientDecodingException.class)
                .isThrownBy(() -> CODEC.decodeRequest(HEX.parseHex(hex)))
                .satisfies(refusal -> assertThat(refusal.error()).isEqualTo(new DeserializationError(cause)));
    }

    @ParameterizedTest
    @EnumSource(ClientError.Plain.class)
    void everyPlainErrorSurvivesEncodingAndDecoding(ClientError.Plain error) {
        assertThat(CODEC.decodeAnswer(CODEC.encodeError(error))).isEqualTo(error);
    }

    @Test
    void largeStateSurvivesEncodingAndDecoding() {
        byte[] state = new byte[3_000_001];
        Arrays.fill(state, (byte) 7);
        PackedContract contract = PackedContract.of(Bytes.utf8("code"), Parameters.none());
        Put put = new Put(contract, State.of(state), List.of(), false, true);

        assertThat(CODEC.decodeRequest(CODEC.encodeRequest(put))).isEqualTo(put);
    }

    private static byte[] example(String kind, String name) {
        return TestVector.examples(ClientEncoding.NATIVE, kind).stream()
                .filter(vector -> vector.name().equals(name))
                .findFirst()
                .orElseThrow()
                .bytes();
    }

    private static ContractKey key() {
        return new ContractKey(
                new ContractInstanceId(Bytes.wrap(HEX.parseHex(ID))),
                new CodeHash(Bytes.wrap(HEX.parseHex(CODE_HASH))));
    }
}
