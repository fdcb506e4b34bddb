package dev.tributary.transport.client.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginRuleTests {

    private final OriginRule rule = new OriginRule(
            List.of("node.example.com", "2001:db8::5"),
            List.of("Laptop", "192.0.2.7"),
            new SourceRule(List.of(AddressRange.parse("203.0.113.0/24"))));

    @Test
    void nameOfThisMachineThatIsKnownLaterIsTrustedFromThenOn() {
        assertThat(rule.isTrustedHost("late:7509")).isFalse();

        rule.addOwn(List.of("Late"));

        assertThat(rule.isTrustedHost("late:7509")).isTrue();
    }

    @Test
    void clientWithoutOriginMayOpenSessionUnderAnyHost() {
        assertThat(rule.admits(Optional.empty(), Optional.of("evil.example:7509")))
                .isTrue();
        assertThat(rule.admits(Optional.empty(), Optional.empty())).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost:3000, 127.0.0.1:7509",
        "https://127.0.0.1, localhost:7509",
        "http://[::1]:8080, [::1]:7509",
        "http://laptop:7509, laptop:7509",
        "http://192.0.2.7:7509, 192.0.2.7:7509",
        "http://192.168.1.4:7509, 192.168.1.4:7509",
        "http://[fd00::1]:7509, [fd00::1]:7509",
        "http://203.0.113.9:7509, 203.0.113.9:7509",
        "https://node.example.com, 127.0.0.1:7509",
        "https://Node.Example.com, node.example.com",
        "http://[2001:db8::5]:7509, [2001:db8::5]:7509",
    })
    void localOrSameOriginPageMayOpenSession(String origin, String host) {
        assertThat(rule.admits(Optional.of(origin), Optional.of(host))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "http://evil.example, 127.0.0.1:7509",
        "http://evil.example:7509, evil.example:7509",
        "http://localhost.evil.example, 127.0.0.1:7509",
        "http://127.0.0.1.evil.example, 127.0.0.1:7509",
        "http://evil.example#localhost, 127.0.0.1:7509",
        "http://localhost@evil.example, 127.0.0.1:7509",
        "http://192.168.1.5:7509, 192.168.1.4:7509",
        "http://8.8.8.8:7509, 8.8.8.8:7509",
        "http://0.0.0.0:7509, 0.0.0.0:7509",
        "null, 127.0.0.1:7509",
        "null, 203.0.113.9:7509",
        "file://, 127.0.0.1:7509",
        "ws://localhost, 127.0.0.1:7509",
        "'', 127.0.0.1:7509",
    })
    void otherPageMayNotOpenSession(String origin, String host) {
        assertThat(rule.admits(Optional.of(origin), Optional.of(host))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LOCALHOST:7509",
                "127.0.0.1:1",
                "[::1]:7509",
                "10.0.0.1",
                "laptop",
                "node.example.com:443"
            })
    void ownHostNamesAreTrusted(String host) {
        assertThat(rule.isTrustedHost(host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "8.8.8.8:7509",
                "",
                ":7509",
                "localhost:x",
                "local host",
                "[::1",
                "localhost:7509:1",
                "0.0.0.0"
            })
    void foreignHostNamesAreNotTrusted(String host) {
        assertThat(rule.isTrustedHost(host)).isFalse();
    }

    @Test
    void originWithNonAsciiCharactersIsNotVisible() {
        assertThat(OriginRule.isPrintable("http://localhost")).isTrue();
        assertThat(OriginRule.isPrintable("http://löcalhost")).isFalse();
    }
}
