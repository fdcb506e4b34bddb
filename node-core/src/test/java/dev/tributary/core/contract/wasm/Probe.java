package dev.tributary.core.contract.wasm;

import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.TimeSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Random;

/** The contract that does what its parameters say, from the resources; its source is beside its recipe in {@code src/test/wasm}. */
enum Probe {
    /** Gets its arguments whole. */
    PLAIN("probe-plain"),
    /** Gets its arguments in windows. */
    STREAMING("probe-streaming"),
    /** Plain, and imports all host functions. */
    HOST("probe-host");

    private final String resource;

    Probe(String resource) {
        this.resource = resource;
    }

    /** Code from the test resources. */
    static ContractCode code(String name) {
        String path = "/wasm/" + name + ".wasm";
        try (InputStream resource = Objects.requireNonNull(Probe.class.getResourceAsStream(path), path)) {
            return ContractCode.of(Bytes.wrap(resource.readAllBytes()));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** A runtime with the clock of this machine and a fixed seed. */
    static WasmContractRuntime runtime(WasmLimits limits) {
        return WasmContractRuntime.open(limits, TimeSource.system(), new Random(1), ContractLog.toLogger());
    }

    ContractCode code() {
        return code(resource);
    }

    /** The contract of this command; what it needs are strings of UTF-8, arrays, or numbers little-endian. */
    Contract doing(char command, Object... more) {
        ByteArrayOutputStream parameters = new ByteArrayOutputStream();
        parameters.write(command);
        for (Object each : more) {
            parameters.writeBytes(encode(each));
        }
        return Contract.of(code(), Parameters.of(parameters.toByteArray()));
    }

    static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }

    static ContractInstanceId id(int filledWith) {
        return new ContractInstanceId(
                Bytes.wrap(hex(String.format("%02x", filledWith).repeat(32))));
    }

    /** Bytes without a pattern that a refill could hide behind. */
    static byte[] noise(int size) {
        byte[] noise = new byte[size];
        new Random(size).nextBytes(noise);
        return noise;
    }

    private static byte[] encode(Object value) {
        if (value instanceof byte[] bytes) {
            return bytes;
        } else if (value instanceof Integer number) {
            return ByteBuffer.allocate(4)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(number)
                    .array();
        } else if (value instanceof Long number) {
            return ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(number)
                    .array();
        } else if (value instanceof Byte number) {
            return new byte[] {number};
        } else if (value instanceof ContractInstanceId id) {
            return id.bytes().toArray();
        }
        return ((String) value).getBytes(StandardCharsets.UTF_8);
    }
}
