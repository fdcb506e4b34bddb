package dev.tributary.transport.client.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.flatbuffers.FlatBufferBuilder;
import dev.tributary.core.value.Bytes;
import dev.tributary.transport.client.flatbuffers.request.Authenticate;
import dev.tributary.transport.client.flatbuffers.request.ClientRequest;
import dev.tributary.transport.client.flatbuffers.request.ClientRequestType;
import dev.tributary.transport.client.flatbuffers.request.Disconnect;
import dev.tributary.transport.client.flatbuffers.request.RelatedContract;
import dev.tributary.transport.client.flatbuffers.request.RelatedContracts;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FlatBufferVerifierTests {

    /** Positions in the example of Authenticate. */
    private static final int ROOT_OFFSET = 0;

    private static final int VTABLE_LENGTH = 4;
    private static final int TAG_SLOT = 8;
    private static final int VALUE_SLOT = 10;
    private static final int TABLE = 12;
    private static final int VALUE = 16;
    private static final int STRING = 36;

    private static final TableSchema ID =
            TableSchema.table("ContractInstanceId", TableSchema.bytes("data").asRequired());
    private static final TableSchema RELATED = TableSchema.table(
            "RelatedContract",
            TableSchema.tableField("instance_id", ID).asRequired(),
            TableSchema.bytes("state").asRequired());
    private static final TableSchema RELATED_CONTRACTS = TableSchema.table(
            "RelatedContracts", TableSchema.tableVector("contracts", RELATED).asRequired());

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 4, 11, 12, 20, 35, 39, 42})
    void truncatedMessageIsRefused(int size) {
        assertThat(refusalMessage(Arrays.copyOf(authenticate(), size))).contains("bytes");
    }

    @ParameterizedTest
    @CsvSource({
        ROOT_OFFSET + ", 2147483647, outside of the",
        ROOT_OFFSET + ", -1, outside of the",
        ROOT_OFFSET + ", 13, 13 is not a multiple of 4",
        TABLE + ", 2147483647, outside of the",
        TABLE + ", -2147483648, outside of the",
        TABLE + ", 7, 5 is not a multiple of 2",
        VALUE + ", -2, outside of the",
        STRING + ", 2147483647, 'Authenticate.token declares 2147483647 bytes'",
        STRING + ", -1, 'Authenticate.token declares 4294967295 bytes'",
        STRING + ", 2, Authenticate.token is not zero-terminated",
    })
    void offsetOrLengthOutsideTheBufferIsRefused(int at, int number, String reason) {
        byte[] message = authenticate();
        at(message).putInt(at, number);

        assertThat(refusalMessage(message)).contains(reason);
    }

    @ParameterizedTest
    @CsvSource({
        VTABLE_LENGTH + ", 2, invalid vtable size of 2 bytes",
        VTABLE_LENGTH + ", 7, invalid vtable size of 7 bytes",
        VTABLE_LENGTH + ", -1, invalid vtable size of 65535 bytes",
        VTABLE_LENGTH + ", -2, invalid vtable size of 65534 bytes",
        VTABLE_LENGTH + ", 32766, outside of the",
        VTABLE_LENGTH + ", 4, ClientRequest.client_request is required but missing",
        TAG_SLOT + ", 0, 'ClientRequest.client_request must have both a type and a value, or neither'",
        VALUE_SLOT + ", 0, 'ClientRequest.client_request must have both a type and a value, or neither'",
        VALUE_SLOT + ", 32767, outside of the",
        TAG_SLOT + ", 32767, outside of the",
        VALUE_SLOT + ", -1, invalid field offset of 65535 bytes",
        TAG_SLOT + ", -32768, invalid field offset of 32768 bytes",
    })
    void invalidVtableIsRefused(int at, short number, String reason) {
        byte[] message = authenticate();
        at(message).putShort(at, number);

        assertThat(refusalMessage(message)).contains(reason);
    }

    @Test
    void numbersThatTheRuntimeReadsAsNegativeAreRefusedInLargeBuffers() {
        byte[] wide = Arrays.copyOf(authenticate(), 100_000);
        at(wide).putShort(VTABLE_LENGTH, (short) 40_000);
        assertThat(refusalMessage(wide)).contains("invalid vtable size of 40000 bytes");

        byte[] far = Arrays.copyOf(authenticate(), 100_000);
        at(far).putShort(VALUE_SLOT, (short) 40_000);
        assertThat(refusalMessage(far)).contains("invalid field offset of 40000 bytes");
    }

    @Test
    void invalidUtf8IsRefused() {
        byte[] message = authenticate();
        message[STRING + Integer.BYTES] = (byte) 0xff;

        assertThat(refusalMessage(message)).isEqualTo("Authenticate.token is not valid UTF-8");
    }

    @Test
    void missingRequiredFieldIsNamed() {
        FlatWriter writer = new FlatWriter(0);
        FlatBufferBuilder out = writer.out();
        out.startTable(1);
        int empty = out.endTable();

        byte[] message = writer.finish(ClientRequest.createClientRequest(out, ClientRequestType.Authenticate, empty));

        assertThat(refusalMessage(message)).isEqualTo("Authenticate.token is required but missing");
    }

    @Test
    void optionalFieldMayBeMissing() {
        FlatWriter writer = new FlatWriter(0);
        int disconnect = Disconnect.createDisconnect(writer.out(), FlatWriter.ABSENT);

        FlatBufferVerifier.verify(
                writer.finish(
                        ClientRequest.createClientRequest(writer.out(), ClientRequestType.Disconnect, disconnect)),
                MessageSchemas.CLIENT_REQUEST);
    }

    @Test
    void fieldsOfALaterSchemaAreIgnored() {
        FlatWriter writer = new FlatWriter(0);
        FlatBufferBuilder out = writer.out();
        int token = writer.text("tok");
        out.startTable(3);
        Authenticate.addToken(out, token);
        out.addInt(2, 12345, 0);
        int later = out.endTable();

        FlatBufferVerifier.verify(
                writer.finish(ClientRequest.createClientRequest(out, ClientRequestType.Authenticate, later)),
                MessageSchemas.CLIENT_REQUEST);
    }

    @Test
    void smallBufferThatDecodesToALargeMessageIsRefused() {
        FlatWriter writer = new FlatWriter(0);
        int[] same = new int[1000];
        Arrays.fill(same, related(writer, 100_000));

        byte[] message = relatedContracts(writer, same);

        assertThatExceptionOfType(ClientDecodingException.class)
                .isThrownBy(() -> FlatBufferVerifier.verify(message, RELATED_CONTRACTS))
                .withMessageContaining("too much of the buffer is shared");
    }

    @Test
    void tooManyTablesAreRefused() {
        FlatWriter writer = new FlatWriter(0);
        int[] many = new int[FlatBufferVerifier.MAX_TABLES / 2];
        for (int i = 0; i < many.length; i++) {
            many[i] = related(writer, 0);
        }

        byte[] message = relatedContracts(writer, many);

        assertThatExceptionOfType(ClientDecodingException.class)
                .isThrownBy(() -> FlatBufferVerifier.verify(message, RELATED_CONTRACTS))
                .withMessageContaining("more than the maximum of 65536 tables");
    }

    @Test
    void fewSharedValuesAreAccepted() {
        FlatWriter writer = new FlatWriter(0);
        int one = related(writer, 100);

        FlatBufferVerifier.verify(relatedContracts(writer, new int[] {one, one}), RELATED_CONTRACTS);
    }

    private static int related(FlatWriter writer, int size) {
        int id = dev.tributary.transport.client.flatbuffers.common.ContractInstanceId.createContractInstanceId(
                writer.out(), writer.bytes(Bytes.wrap(new byte[32])));
        int state = writer.bytes(Bytes.wrap(new byte[size]));
        return RelatedContract.createRelatedContract(writer.out(), id, state);
    }

    private static byte[] relatedContracts(FlatWriter writer, int[] contracts) {
        int vector = RelatedContracts.createContractsVector(writer.out(), contracts);
        return writer.finish(RelatedContracts.createRelatedContracts(writer.out(), vector));
    }

    private static byte[] authenticate() {
        return TestVector.examples(ClientEncoding.FLATBUFFERS, TestVector.REQUEST).stream()
                .filter(vector -> vector.name().startsWith("Authenticate"))
                .findFirst()
                .orElseThrow()
                .bytes();
    }

    private static ByteBuffer at(byte[] message) {
        return ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static String refusalMessage(byte[] message) {
        try {
            FlatBufferVerifier.verify(message, MessageSchemas.CLIENT_REQUEST);
        } catch (ClientDecodingException refused) {
            return String.valueOf(refused.getMessage());
        }
        throw new AssertionError("the message was not refused");
    }
}
