package dev.tributary.core.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.core.value.IpAddress.Scope;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTests {

    @ParameterizedTest
    @CsvSource({
        "203.0.113.5, 203.0.113.5",
        "0.0.0.0, 0.0.0.0",
        "255.255.255.255, 255.255.255.255",
        "::, ::",
        "0:0:0:0:0:0:0:0, ::",
        "::1, ::1",
        "1::, 1::",
        "2001:DB8::1, 2001:db8::1",
        "2001:0db8:0000:0000:0001:0000:0000:0001, 2001:db8::1:0:0:1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "1:0:0:4:0:0:0:8, 1:0:0:4::8",
        "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
        "::2:3:4:5:6:7:8, 0:2:3:4:5:6:7:8",
        "64:ff9b::192.0.2.33, 64:ff9b::c000:221",
        "::ffff:203.0.113.5, 203.0.113.5",
        "::FFFF:cb00:7105, 203.0.113.5",
        "0:0:0:0:0:ffff:203.0.113.5, 203.0.113.5",
        "0000:0000:0000:0000:0000:ffff:cb00:7105, 203.0.113.5"
    })
    void everyNotationHasOneNormalisedForm(String notation, String normalised) {
        assertThat(IpAddress.parse(notation)).map(IpAddress::toString).contains(normalised);
        assertThat(IpAddress.parse(normalised)).isEqualTo(IpAddress.parse(notation));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "host.example",
                "1.2.3",
                "127.1",
                "1.2.3.4.5",
                "1.2.3.256",
                "1.2.3.1000",
                "1.2.3.04",
                "0x7f.0.0.1",
                "3405803781",
                "1.2.3.+4",
                "1.2.3.٤",
                "1.2.3.4 ",
                ":",
                ":::",
                "1",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "1:2:3:4::5:6:7:8",
                "1::2::3",
                "::1:",
                ":1::",
                "12345::",
                "g::",
                "::٤",
                "::1%eth0",
                "[::1]",
                "::1.2.3",
                "1.2.3.4::",
                "::1.2.3.4:5",
                "1:2:3:4:5:6:7:1.2.3.4"
            })
    void otherTextIsNoAddress(String text) {
        assertThat(IpAddress.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, UNSPECIFIED",
        "0.1.2.3, UNSPECIFIED",
        "::, UNSPECIFIED",
        "127.255.0.1, LOOPBACK",
        "::1, LOOPBACK",
        "169.254.0.1, LINK_LOCAL",
        "fe80::1, LINK_LOCAL",
        "febf::1, LINK_LOCAL",
        "10.0.0.1, PRIVATE",
        "172.31.0.1, PRIVATE",
        "192.168.0.1, PRIVATE",
        "fc00::1, PRIVATE",
        "fdff::1, PRIVATE",
        "224.0.0.1, MULTICAST",
        "239.255.255.255, MULTICAST",
        "ff02::1, MULTICAST",
        "255.255.255.255, BROADCAST",
        "::ffff:255.255.255.255, BROADCAST",
        "255.255.255.254, BROADCAST",
        "240.0.0.1, BROADCAST",
        "100.64.0.1, PRIVATE",
        "100.128.0.1, PUBLIC",
        "198.19.0.1, PRIVATE",
        "::127.0.0.1, LOOPBACK",
        "64:ff9b::127.0.0.1, LOOPBACK",
        "64:ff9b::10.0.0.1, PRIVATE",
        "64:ff9b::203.0.113.5, PUBLIC",
        "2002:7f00:1::, LOOPBACK",
        "2002:c0a8:1::1, PRIVATE",
        "172.32.0.1, PUBLIC",
        "192.167.0.1, PUBLIC",
        "::2, UNSPECIFIED",
        "fec0::1, PRIVATE",
        "2001:db8::1, PUBLIC"
    })
    void scopeFollowsFromTheRange(String address, Scope scope) {
        assertThat(IpAddress.parse(address)).map(IpAddress::scope).contains(scope);
    }

    @ParameterizedTest
    @CsvSource({
        "203.0.113.5, 127.0.0.1, true",
        "127.0.0.1, 203.0.113.5, false",
        "127.0.0.1, ::1, true",
        "127.0.0.1, 10.0.0.1, false",
        "10.0.0.1, 127.0.0.1, false",
        "10.0.0.1, 10.9.9.9, true",
        "10.0.0.1, 192.168.0.1, false",
        "192.168.7.1, 192.168.0.1, true",
        "fd00::1, fd00::2, true",
        "169.254.0.1, 203.0.113.5, false",
        "fe80::1, fe80::2, true",
        "224.0.0.1, 224.0.0.1, false",
        "0.0.0.0, 0.0.0.0, false"
    })
    void addressIsToldToHostsOfItsRangeOnly(String address, String other, boolean isTold) {
        assertThat(IpAddress.parse(address)
                        .orElseThrow()
                        .isInScopeOf(IpAddress.parse(other).orElseThrow()))
                .isEqualTo(isTold);
    }

    @Test
    void bytesHaveFourOrSixteenBytes() {
        assertThat(IpAddress.of(new byte[] {(byte) 203, 0, 113, 5})).hasToString("203.0.113.5");
        assertThatThrownBy(() -> IpAddress.of(new byte[5]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("an IP address must have 4 or 16 bytes, not 5");
    }

    @Test
    void mappedBytesAreTheIpv4Address() {
        byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, (byte) 203, 0, 113, 5};

        assertThat(IpAddress.of(mapped)).isEqualTo(IpAddress.of(new byte[] {(byte) 203, 0, 113, 5}));
        assertThat(IpAddress.of(mapped).isIpv4()).isTrue();
    }

    /** The JDK reads each written form as the same bytes: both are given literals, so it queries no name server. */
    @Test
    void writtenFormIsReadAsTheSameAddress() throws UnknownHostException {
        Random random = new Random(11);
        for (int i = 0; i < 2000; i++) {
            byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
            random.nextBytes(bytes);
            for (int zeros = random.nextInt(4); zeros > 0; zeros--) {
                int pair = 2 * random.nextInt(bytes.length / 2);
                bytes[pair] = 0;
                bytes[pair + 1] = 0;
            }
            IpAddress address = IpAddress.of(bytes);

            assertThat(IpAddress.parse(address.toString())).contains(address);
            assertThat(InetAddress.getByName(address.toString()).getAddress())
                    .isEqualTo(address.bytes().toArray());
        }
    }
}
