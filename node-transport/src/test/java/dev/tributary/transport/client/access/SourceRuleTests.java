package dev.tributary.transport.client.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourceRuleTests {

    private static final InetAddress ANY_LOCAL = address("0.0.0.0");

    private final SourceRule rule =
            new SourceRule(List.of(AddressRange.parse("203.0.113.64/26"), AddressRange.parse("2001:db8::/32")));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.9.9.9",
                "::1",
                "10.1.2.3",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.0.9",
                "169.254.1.1",
                "fe80::1",
                "fc00::1",
                "fdff::1",
                "::ffff:10.0.0.1",
                "203.0.113.64",
                "203.0.113.127",
                "2001:db8:1::1"
            })
    void localPrivateAndAllowedSourcesAreAdmitted(String source) {
        assertThat(rule.admits(ANY_LOCAL, address(source))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"8.8.8.8", "172.32.0.1", "203.0.113.63", "203.0.113.128", "2001:db9::1", "::ffff:8.8.8.8"})
    void publicSourcesAreRefused(String source) {
        assertThat(rule.admits(ANY_LOCAL, address(source))).isFalse();
    }

    @Test
    void loopbackListenerAdmitsAnySource() {
        assertThat(rule.admits(address("127.0.0.1"), address("8.8.8.8"))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"10.0.0.0", "10.0.0.0/7", "10.0.0.0/33", "::/15", "::/129", "home/8", "10.0.0.0/x", "", "/8"})
    void malformedOrTooWideRangeIsRefused(String text) {
        assertThatThrownBy(() -> AddressRange.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    private static InetAddress address(String text) {
        return NetUtil.createInetAddressFromIpAddressString(text);
    }
}
