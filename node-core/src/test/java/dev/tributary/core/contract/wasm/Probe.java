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

/** A contract that executes the command in its parameters; its source and build script are in {@code src/test/wasm}. */
enum Probe {
    /** Takes its arguments whole. */
    PLAIN("probe-plain"),
    /** Takes its arguments in windows. */
    STREAMING("probe-streaming"),
    /** Plain, and imports all host functions. */
    HOST("probe-host");

    private final String resource;

    Probe(String resource) {
        this.resource = resource;
    }

    /** Reads code from the test resources. */
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

    /** The contract that executes this command; arguments are encoded as UTF-8, raw bytes, or little-endian numbers. */
    Contract contract(char command, Object... arguments) {
        ByteArrayOutputStream parameters = new ByteArrayOutputStream();
        parameters.write(command);
        for (Object each : arguments) {
            parameters.writeBytes(encode(each));
        }
        return Contract.of(code(), Parameters.of(parameters.toByteArray()));
    }

    static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }

    static ContractInstanceId id(int fill) {
        return new ContractInstanceId(Bytes.wrap(hex(String.format("%02x", fill).repeat(32))));
    }

    /** Random bytes, so that a misplaced refill is detected. */
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
