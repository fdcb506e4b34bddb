package dev.tributary.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerContact;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingTests {

    @ParameterizedTest
    @FieldSource("dev.tributary.app.config.Setting#ALL")
    void formattedDefaultParsesBackToDefault(Setting setting) {
        AppConfig defaults = AppConfig.defaults();
        assertThat(setting.parse().apply(defaults, setting.format().apply(defaults)))
                .isEqualTo(defaults);
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void limitsOfTheRangeAreAllowed(Setting setting) {
        ValueType type = setting.type();
        assertThat(parse(setting, type.min())).isNotNull();
        if (type.isLimited()) {
            assertThat(parse(setting, type.max())).isNotNull();
        }
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void numbersOutsideTheRangeAreRefused(Setting setting) {
        ValueType type = setting.type();
        assertThatThrownBy(() -> parse(setting, type.min() - 1)).isInstanceOf(IllegalArgumentException.class);
        if (type.isLimited()) {
            assertThatThrownBy(() -> parse(setting, type.max() + 1)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    static Stream<Setting> numbers() {
        return Setting.ALL.stream().filter(setting -> setting.type().isNumber());
    }

    /** Parses the number with the largest maximum of neighbours, which limits the minimum. */
    private static AppConfig parse(Setting setting, long number) {
        AppConfig config = AppConfig.defaults().withRing(ring -> ring.withNeighbours(1, 1000));
        return setting.parse().apply(config, setting.type().format(number));
    }

    @Test
    void keysFlagsAndVariablesAreUnique() {
        assertThat(Setting.ALL).extracting(Setting::key).doesNotHaveDuplicates();
        assertThat(Setting.ALL).extracting(Setting::flag).doesNotHaveDuplicates();
        assertThat(Setting.ALL).extracting(Setting::variable).doesNotHaveDuplicates();
    }

    @Test
    void flagAndVariableAreDerivedFromKey() {
        assertThat(Setting.DATA_DIRECTORY.flag()).isEqualTo("--data-directory");
        assertThat(Setting.DATA_DIRECTORY.variable()).isEqualTo("TRIBUTARY_DATA_DIRECTORY");
    }

    @Test
    void peerAddressMayIncludeExpectedPeerId() {
        String id = "4vJ9JU1bJJE96FWSJKvHsmmFADCg4gpZQff4P3bkLKi";
        PeerContact peer = PeerContact.parse(id + "@host.example:7");
        assertThat(peer.address()).isEqualTo(new PeerAddress("host.example", 7));
        assertThat(peer.expected()).hasToString(id);
        assertThat(peer).hasToString(id + "@host.example:7");
        assertThat(PeerContact.parse("host.example:7").expected()).isNull();
        assertThatThrownBy(() -> PeerContact.parse("me@host.example:7")).hasMessageContaining("peer id");
    }

    @ParameterizedTest
    @CsvSource({"0,0", "17,17", "17 B,17", "1 KiB,1024", "3MiB,3145728", "2 gib,2147483648"})
    void sizesHaveUnits(String text, long bytes) {
        assertThat(Quantity.bytes(text)).isEqualTo(bytes);
        assertThat(Quantity.bytes(Quantity.ofBytes(bytes))).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({"1500 ms,1500", "2s,2000", "3 min,180000", "1 h,3600000"})
    void durationsHaveUnits(String text, long millis) {
        assertThat(Quantity.duration(text)).isEqualTo(Duration.ofMillis(millis));
        assertThat(Quantity.duration(Quantity.of(Duration.ofMillis(millis)))).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "-1", "1.5 KiB", "1 KB", "99999999999 GiB", "1234567890123456789"})
    void invalidSizeIsRefused(String text) {
        assertThatThrownBy(() -> Quantity.bytes(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void tildeStandsForHomeDirectory() {
        assertThat(HomePath.format(HomePath.parse("~/data"))).isEqualTo("~/data");
        assertThat(HomePath.parse("~/data")).isAbsolute().endsWithRaw(Path.of("data"));
        assertThat(HomePath.parse("/data")).hasToString("/data");
    }
}
