package dev.tributary.core.ring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.value.IpAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressPrefixTests {

    @ParameterizedTest
    @CsvSource({
        "203.0.113.7, 203.0.113",
        "172.15.0.1, 172.15.0",
        "172.32.0.1, 172.32.0",
        "2001:db8:aa::1, 2001:db8:aa",
        "2001:DB8:AA:0:1::9, 2001:db8:aa",
        "2001:db8::1, 2001:db8:0"
    })
    void publicAddressHasPrefixOfItsNetwork(String host, String prefix) {
        assertThat(prefixOf(host)).contains(prefix);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "10.1.2.3",
                "172.16.0.1",
                "172.31.255.1",
                "192.168.7.7",
                "169.254.0.1",
                "::1",
                "fe80::1%eth0",
                "fd00::1",
                "memory",
                "example.org",
                "1.2.3",
                "1.2.3.4444",
                "fe80::1",
                "::ffff:127.0.0.1",
                "::ffff:10.1.2.3"
            })
    void loopbackPrivateRangesAndNamesHaveNoPrefix(String host) {
        assertThat(prefixOf(host)).isEmpty();
    }

    @Test
    void addressesOfOneNetworkShareThePrefix() {
        assertThat(prefixOf("198.51.100.1")).isEqualTo(prefixOf("198.51.100.254"));
        assertThat(prefixOf("2001:db8:1:2::3")).isEqualTo(prefixOf("2001:db8:1:ffff::1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "::ffff:203.0.113.5",
                "::ffff:cb00:7105",
                "0:0:0:0:0:FFFF:CB00:7105",
                "2002:cb00:7105::1",
                "2002:cb00:7105:ffff:1:2:3:4",
                "64:ff9b::203.0.113.5",
                "64:ff9b::cb00:7105",
                "2001:0:4136:e378:8000:63bf:34ff:8efa"
            })
    void embeddedIpv4AddressCountsAsItself(String host) {
        assertThat(prefixOf(host)).contains("203.0.113");
    }

    @ParameterizedTest
    @CsvSource({
        "2002:a01:203::1, 2002:a01:203",
        "64:ff9b::10.1.2.3, 64:ff9b:0",
        "64:ff9b:1::203.0.113.5, 64:ff9b:1",
        "64:ff9b:0:0:1::203.0.113.5, 64:ff9b:0",
        "2001:0:4136:e378:8000:63bf:f5fe:fdfc, 2001:0:4136"
    })
    void embeddedPrivateOrOtherAddressExemptsNone(String host, String prefix) {
        assertThat(prefixOf(host)).contains(prefix);
    }

    private static Optional<String> prefixOf(String host) {
        return IpAddress.parse(host).flatMap(AddressPrefix::of);
    }
}
