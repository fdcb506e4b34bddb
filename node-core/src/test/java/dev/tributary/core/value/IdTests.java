package dev.tributary.core.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HexFormat;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdTests {

    /** Code hash of a published contract in both forms, from the reference implementation. */
    private static final String CODE_HEX = "7c9d7dbecf0c904096ca8b9d25d7d3992ee6aee341b31d52fe79fe09ce17b828";

    private static final String CODE_TEXT = "9PSqkYp7g7uYmm8YecPoVgsYdf3BytngeCuaBSuhCzmu";

    @Test
    void codeHashTextMatchesReferenceImplementation() {
        CodeHash hash = CodeHash.parse(CODE_TEXT);
        assertThat(hash.bytes().toHex()).isEqualTo(CODE_HEX);
        assertThat(hash).hasToString(CODE_TEXT);
    }

    @Test
    void codeHashIsBlake3() {
        // The published test vector of BLAKE3 for empty input.
        assertThat(ContractCode.of(Bytes.empty()).hash().bytes().toHex())
                .isEqualTo("af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262");
    }

    @Test
    void instanceIdIsHashOfCodeHashAndParameters() {
        ContractCode code = ContractCode.of(Bytes.utf8("code"));
        Parameters parameters = Parameters.utf8("parameters");
        byte[] joined = new byte[32 + 10];
        code.hash().bytes().toBuffer().get(joined, 0, 32);
        System.arraycopy("parameters".getBytes(StandardCharsets.UTF_8), 0, joined, 32, 10);

        assertThat(Contract.of(code, parameters).id().bytes())
                .isEqualTo(ContractCode.of(Bytes.wrap(joined)).hash().bytes());
    }

    @Test
    void idsRoundTripThroughTextWithLeadingZeros() {
        Random random = new Random(5);
        for (int i = 0; i < 1000; i++) {
            byte[] bytes = new byte[32];
            random.nextBytes(bytes);
            for (int zero = 0; zero < i % 33; zero++) {
                bytes[zero] = 0;
            }
            PeerId id = new PeerId(Bytes.wrap(bytes));
            assertThat(PeerId.parse(id.toString())).isEqualTo(id);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "0OIl",
                "9PSqkYp7g7uYmm8YecPoVgsYdf3BytngeCuaBSuh",
                "9PSqkYp7g7uYmm8YecPoVgsYdf3BytngeCuaBSuhCzmu1",
                "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz",
                "9PSqkYp7g7uYmm8YecPoVgsYdf3BytngeCuaBSuhCzm0"
            })
    void textThatIsNot32BytesInBase58IsRefused(String text) {
        assertThatThrownBy(() -> ContractInstanceId.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("contract instance id");
    }

    @Test
    void locationIsIdAsBinaryFraction() {
        byte[] half = new byte[32];
        half[0] = (byte) 0x80;
        assertThat(new PeerId(Bytes.wrap(half)).location().value()).isEqualTo(0.5);
        byte[] max = HexFormat.of().parseHex("ff".repeat(32));
        assertThat(new PeerId(Bytes.wrap(max)).location().value()).isLessThan(1.0);
    }

    @Test
    void zeroBitsAreLeadingZerosOfIdHash() {
        // SHA-256 of 32 zero bytes begins with 66687aad, of 31 zero bytes and a one with ec4916dd.
        byte[] id = new byte[32];
        assertThat(new PeerId(Bytes.copyOf(id)).zeroBits()).isOne();
        id[31] = 1;
        assertThat(new PeerId(Bytes.copyOf(id)).zeroBits()).isZero();
        assertThat(Digest.zeroBits(Bytes.copyOf(id))).isEqualTo(255);
        assertThat(Digest.zeroBits(Bytes.wrap(new byte[32]))).isEqualTo(256);
    }

    @Test
    void distanceIsTheShorterWayAroundTheRing() {
        assertThat(new RingLocation(0.9).distanceTo(new RingLocation(0.1))).isCloseTo(0.2, within());
        assertThat(new RingLocation(0.25).distanceTo(new RingLocation(0.75))).isEqualTo(0.5);
    }

    @Test
    void transactionIdsAreUlidsOrderedByTime() {
        TransactionId id = TransactionId.next(Clock.systemUTC(), new Random(1));
        assertThat(id.toString()).hasSize(26).matches("[0-7][0-9A-HJKMNP-TV-Z]{25}");
        assertThat(id.high() >>> 16).isCloseTo(System.currentTimeMillis(), Offset.offset(60_000L));
    }

    @ParameterizedTest
    @ValueSource(strings = {"host", "host:", ":1", "host:x", "host:70000", "a:b:1", "host:-1"})
    void invalidAddressIsRefused(String text) {
        assertThatThrownBy(() -> PeerAddress.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void addressesRoundTripThroughText() {
        assertThat(PeerAddress.parse("[::1]:80"))
                .isEqualTo(new PeerAddress("::1", 80))
                .hasToString("[::1]:80");
        assertThat(PeerAddress.parse("host:0"))
                .isEqualTo(new PeerAddress("host", 0))
                .hasToString("host:0");
    }

    private static Offset<Double> within() {
        return Offset.offset(1e-9);
    }
}
