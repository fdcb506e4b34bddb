package dev.tributary.core.ring;

import static org.assertj.core.api.Assertions.assertThat;

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
        assertThat(AddressPrefix.of(host)).contains(prefix);
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
                "1.2.3.4444"
            })
    void loopbackPrivateRangesAndNamesHaveNoPrefix(String host) {
        assertThat(AddressPrefix.of(host)).isEmpty();
    }

    @Test
    void addressesOfOneNetworkShareThePrefix() {
        assertThat(AddressPrefix.of("198.51.100.1")).isEqualTo(AddressPrefix.of("198.51.100.254"));
        assertThat(AddressPrefix.of("2001:db8:1:2::3")).isEqualTo(AddressPrefix.of("2001:db8:1:ffff::1"));
    }
}
