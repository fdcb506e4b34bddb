package dev.tributary.core.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeerAddressTests {

    private static final String ALPHABET = "0123456789abcdefABCDEFx.:%[]@/-_ tcpquic\u0000\n\u0664é";

    @ParameterizedTest
    @CsvSource({
        "host.example:7475, tcp, host.example, 7475, host.example:7475",
        "tcp://host.example:7475, tcp, host.example, 7475, host.example:7475",
        "Host_1.Example.:0, tcp, host_1.example., 0, host_1.example.:0",
        "192.0.2.1:1, tcp, 192.0.2.1, 1, 192.0.2.1:1",
        "[2001:DB8:0::1]:65535, tcp, 2001:db8::1, 65535, [2001:db8::1]:65535",
        "[::ffff:203.0.113.5]:7, tcp, 203.0.113.5, 7, 203.0.113.5:7",
        "[::ffff:cb00:7105]:7, tcp, 203.0.113.5, 7, 203.0.113.5:7",
        "[fe80:0::1%eth0]:7, tcp, fe80::1%eth0, 7, [fe80::1%eth0]:7",
        "quic://192.0.2.1:7475, quic, 192.0.2.1, 7475, quic://192.0.2.1:7475",
        "quic://[::1]:7475, quic, ::1, 7475, quic://[::1]:7475"
    })
    void textIsParsedNormalisedAndFormatted(String text, String protocol, String host, int port, String formatted) {
        PeerAddress address = PeerAddress.parse(text);

        assertThat(address).isEqualTo(new PeerAddress(protocol, host, port)).hasToString(formatted);
        assertThat(PeerAddress.parse(formatted)).isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "host",
                "host:",
                ":1",
                "[]:1",
                "host:x",
                "host:+1",
                "host:٤",
                "host:65536",
                "host:4294967297",
                "a:b:1",
                "host name:1",
                "host\n:1",
                "höst:1",
                "1.2.3:1",
                "1.2.3.256:1",
                "127.1:1",
                "3405803781:1",
                "[host]]:1",
                "[::1%]:1",
                "[::1%a%b]:1",
                "1.2.3.4%eth0:1",
                "[::ffff:1.2.3.4%eth0]:1",
                "://host:1",
                "QUIC://host:1",
                "1p://host:1",
                "quic:/host:1",
                "quic://host",
                "a://b://host:1",
                "abcdefghijklmnopq://host:1"
            })
    void invalidTextIsRefused(String text) {
        assertThatThrownBy(() -> PeerAddress.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void contactOfAnyProtocolMayNameItsPeer() {
        String id = "4vJ9JU1bJJE96FWSJKvHsmmFADCg4gpZQff4P3bkLKi";
        String text = id + "@quic://[2001:db8::1]:7475";

        PeerContact contact = PeerContact.parse(text);

        assertThat(contact.address()).isEqualTo(new PeerAddress("quic", "2001:db8::1", 7475));
        assertThat(contact).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource({
        "203.0.113.5, 203.0.113.5",
        "::ffff:203.0.113.5, 203.0.113.5",
        "2001:DB8::0:1, 2001:db8::1",
        "127.0.0.1, 127.0.0.1"
    })
    void announcedAddressIsNormalised(String host, String normalised) {
        assertThat(PeerAddress.announced("tcp", host, 7475)).isEqualTo(new PeerAddress(normalised, 7475));
    }

    @ParameterizedTest
    @CsvSource({
        "host.example, must be an IP address",
        "localhost, must be an IP address",
        "1.2.3, must be an IP address",
        "3405803781, must be an IP address",
        "fe80::1%eth0, must be an IP address",
        "[::1], must be an IP address",
        "'', must be an IP address",
        "0.0.0.0, must be the address of one host",
        "::, must be the address of one host",
        "::ffff:0.0.0.0, must be the address of one host",
        "224.0.0.1, must be the address of one host",
        "ff02::1, must be the address of one host",
        "255.255.255.255, must be the address of one host"
    })
    void announcedAddressIsTheAddressOfOneHost(String host, String error) {
        assertThatThrownBy(() -> PeerAddress.announced("tcp", host, 7475))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(error);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 65536})
    void announcedAddressHasAPort(int port) {
        assertThatThrownBy(() -> PeerAddress.announced("tcp", "203.0.113.5", port))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("port must be in 1..65535, not " + port);
    }

    @Test
    void errorQuotesOnlyTheStartOfALongHost() {
        assertThatThrownBy(() -> PeerAddress.announced("tcp", "a".repeat(255), 1))
                .hasMessage("host must be an IP address, not '" + "a".repeat(64) + "'");
    }

    @Test
    void randomTextIsParsedOrRefused() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 200_000; i++) {
            String text = randomText(random);
            try {
                PeerAddress address = PeerAddress.parse(text);
                assertThat(PeerAddress.parse(address.toString())).isEqualTo(address);
                PeerContact contact = PeerContact.parse(text);
                assertThat(PeerContact.parse(contact.toString())).isEqualTo(contact);
                PeerAddress.announced(address.protocol(), text, address.port());
            } catch (IllegalArgumentException refused) {
                assertThat(refused.getMessage()).isNotBlank();
            } catch (RuntimeException unexpected) {
                throw new AssertionError("seed " + seed + ", text '" + text + "'", unexpected);
            }
        }
    }

    /** Returns a valid address with a few random changes, or random characters. */
    private static String randomText(Random random) {
        String[] valid = {"[::ffff:1.2.3.4]:80", "[fe80::1%eth0]:7", "203.0.113.5:1", "quic://a.b:9", "[1:2::8]:65535"};
        StringBuilder text = new StringBuilder(random.nextBoolean() ? valid[random.nextInt(valid.length)] : "");
        IntStream.range(0, random.nextInt(6)).forEach(change -> {
            char next = ALPHABET.charAt(random.nextInt(ALPHABET.length()));
            int position = random.nextInt(text.length() + 1);
            if (random.nextBoolean() && position < text.length()) {
                text.setCharAt(position, next);
            } else {
                text.insert(position, next);
            }
        });
        return text.toString();
    }
}
