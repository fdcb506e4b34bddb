package dev.tributary.core.contract.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.value.State;
import dev.tributary.core.value.StateSummary;
import dev.tributary.core.value.TimeSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostFunctionsTests {

    private static final State STATE = State.utf8("state");

    private final List<String> logged = new ArrayList<>();
    private final Clock clock = Clock.fixed(Instant.parse("2026-11-22T09:15:00Z"), ZoneOffset.UTC);
    private final WasmContractRuntime runtime = WasmContractRuntime.open(
            WasmLimits.defaults(),
            new TimeSource(clock, () -> 0),
            new Random(42),
            (contract, line) -> logged.add(contract + " " + line));

    @AfterEach
    void close() {
        runtime.close();
    }

    @Test
    void contractReadsTheNodesTime() {
        assertThat(runtime.summarize(Probe.HOST.contract('n'), STATE).bytes().toHex())
                .isEqualTo("6a54fd00" + "14820000" + "00000000");
    }

    @ParameterizedTest
    @CsvSource({
        "2024-02-29T23:59:59.999999999Z, 2024, 60, 6, 86399, 999999999",
        "2023-01-01T00:00:00Z, 2023, 1, 13, 0, 0",
        "2000-12-31T12:00:00Z, 2000, 366, 4, 43200, 0",
        "1970-01-01T00:00:00.000000001Z, 1970, 1, 10, 0, 1"
    })
    void timesAreEncodedAsYearDayAndFlags(String moment, int year, int day, int flags, int second, int nano) {
        ByteBuffer time =
                ByteBuffer.wrap(GuestTime.encode(Instant.parse(moment))).order(ByteOrder.LITTLE_ENDIAN);
        int date = time.getInt();
        assertThat(date >> 13).isEqualTo(year);
        assertThat((date >> 4) & 0x1ff).isEqualTo(day);
        assertThat(date & 0xf).isEqualTo(flags);
        assertThat(time.getInt()).isEqualTo(second);
        assertThat(time.getInt()).isEqualTo(nano);
    }

    @Test
    void randomBytesComeFromTheNodesGenerator() {
        byte[] expected = new byte[5];
        new Random(42).nextBytes(expected);
        assertThat(runtime.summarize(Probe.HOST.contract('y', 5), STATE)).isEqualTo(StateSummary.of(expected));
    }

    @Test
    void largeRandomRequestsAreFilledCompletely() {
        byte[] filled = runtime.summarize(Probe.HOST.contract('y', 20_000), STATE)
                .bytes()
                .toArray();
        assertThat(filled).hasSize(20_000);
        assertThat(Arrays.copyOfRange(filled, 19_000, 20_000)).isNotEqualTo(new byte[1000]);
    }

    @Test
    void lineIsLoggedWithTheContractId() {
        runtime.summarize(Probe.HOST.contract('l', (byte) 2, "hello"), STATE);
        String line = Probe.HOST.contract('l', (byte) 2, "hello").id() + " hello";
        assertThat(logged).containsExactly(line, line);
    }
}
