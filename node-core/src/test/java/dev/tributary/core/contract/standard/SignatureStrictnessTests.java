package dev.tributary.core.contract.standard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.core.contract.Verdict;
import dev.tributary.core.contract.wasm.ContractLog;
import dev.tributary.core.contract.wasm.WasmContractRuntime;
import dev.tributary.core.contract.wasm.WasmLimits;
import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.State;
import dev.tributary.core.value.TimeSource;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Signatures that no honest signer makes. Each fulfils the equation that the contract checks. */
class SignatureStrictnessTests {

    private static final WasmContractRuntime RUNTIME =
            WasmContractRuntime.open(WasmLimits.defaults(), TimeSource.system(), new Random(1), ContractLog.toLogger());
    private static final BigInteger SECRET = scalar(1);
    private static final BigInteger NONCE = scalar(2);
    private static final EdwardsPoint KEY = EdwardsPoint.BASE.times(SECRET);
    private static final EdwardsPoint COMMITMENT = EdwardsPoint.BASE.times(NONCE);
    private static final byte[] CONTENT = "content".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] VERSION =
            ByteBuffer.allocate(Long.BYTES).putLong(1).array();

    @AfterAll
    static void close() {
        RUNTIME.close();
    }

    @Test
    void ordinarySignatureIsAccepted() {
        accepted(KEY.encoded(), COMMITMENT.encoded(), response(KEY.encoded(), COMMITMENT.encoded()));
    }

    @Test
    void responseThatIsNotReducedIsRefused() {
        BigInteger response = response(KEY.encoded(), COMMITMENT.encoded());
        for (int times = 1; times < 16; times++) {
            BigInteger larger = response.add(EdwardsPoint.ORDER.multiply(BigInteger.valueOf(times)));
            if (larger.bitLength() <= 256) {
                refused(KEY.encoded(), COMMITMENT.encoded(), larger);
            }
        }
    }

    /** With such a key every response to its own commitment fits every content. */
    @ParameterizedTest
    @MethodSource("encodingsOfSmallOrder")
    void keyOfSmallOrderIsRefused(Bytes key) {
        refused(key, COMMITMENT.encoded(), NONCE);
    }

    @ParameterizedTest
    @MethodSource("encodingsOfSmallOrder")
    void commitmentOfSmallOrderIsRefused(Bytes commitment) {
        BigInteger response =
                challenge(KEY.encoded(), commitment).multiply(SECRET).mod(EdwardsPoint.ORDER);
        refused(KEY.encoded(), commitment, response);
    }

    /** RFC 8032 verifies [8][S]B = [8]R + [8][k]A. Only the key's owner can make such signatures. */
    @Test
    void componentOfSmallOrderIsIgnored() {
        for (EdwardsPoint component : EdwardsPoint.ofSmallOrder()) {
            Bytes commitment = COMMITMENT.plus(component).encoded();
            accepted(KEY.encoded(), commitment, response(KEY.encoded(), commitment));
            Bytes key = KEY.plus(component).encoded();
            accepted(key, COMMITMENT.encoded(), response(key, COMMITMENT.encoded()));
        }
    }

    @Test
    void allEncodingsOfSmallOrderAreTried() {
        assertThat(encodingsOfSmallOrder().distinct()).hasSize(14);
    }

    static Stream<Bytes> encodingsOfSmallOrder() {
        return EdwardsPoint.ofSmallOrder().stream()
                .flatMap(point -> Stream.concat(Stream.of(point.encoded()), point.forbiddenEncodings().stream()));
    }

    private static void accepted(Bytes key, Bytes commitment, BigInteger response) {
        assertThat(RUNTIME.validate(document(key), state(commitment, response))).isEqualTo(Verdict.valid());
    }

    private static void refused(Bytes key, Bytes commitment, BigInteger response) {
        assertThatThrownBy(() -> RUNTIME.validate(document(key), state(commitment, response)))
                .isInstanceOf(ContractRejectedException.class)
                .hasMessageContaining("the signature is not the writer's");
    }

    private static Contract document(Bytes key) {
        return Contract.of(SignedDocument.code(), new Parameters(key));
    }

    private static State state(Bytes commitment, BigInteger response) {
        return State.of(concatenated(VERSION, commitment.toArray(), EdwardsPoint.littleEndian(response), CONTENT));
    }

    private static BigInteger response(Bytes key, Bytes commitment) {
        return challenge(key, commitment).multiply(SECRET).add(NONCE).mod(EdwardsPoint.ORDER);
    }

    private static BigInteger challenge(Bytes key, Bytes commitment) {
        byte[] kind = "tributary/document/1".getBytes(StandardCharsets.US_ASCII);
        byte[] parameters = digest("SHA-256", key.toArray());
        byte[] digest = digest(
                "SHA-512", concatenated(commitment.toArray(), key.toArray(), kind, parameters, VERSION, CONTENT));
        return bigEndian(digest).mod(EdwardsPoint.ORDER);
    }

    private static BigInteger bigEndian(byte[] littleEndian) {
        byte[] reversed = new byte[littleEndian.length];
        for (int i = 0; i < reversed.length; i++) {
            reversed[i] = littleEndian[reversed.length - 1 - i];
        }
        return new BigInteger(1, reversed);
    }

    private static BigInteger scalar(int seed) {
        return new BigInteger(252, new Random(seed));
    }

    private static byte[] digest(String algorithm, byte[] message) {
        try {
            return MessageDigest.getInstance(algorithm).digest(message);
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException(absent);
        }
    }

    private static byte[] concatenated(byte[]... parts) {
        ByteBuffer whole = ByteBuffer.allocate(
                List.of(parts).stream().mapToInt(part -> part.length).sum());
        for (byte[] part : parts) {
            whole.put(part);
        }
        return whole.array();
    }
}
