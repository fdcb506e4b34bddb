package dev.tributary.transport.client.access;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * A range of IP addresses with a common prefix (CIDR).
 *
 * @param base any address of the range
 * @param prefixLength prefix length in bits: at least 8 for IPv4 and 16 for IPv6, so that a typing error does not admit all
 */
public record AddressRange(InetAddress base, int prefixLength) {

    public AddressRange {
        int bits = base.getAddress().length * Byte.SIZE;
        int minimum = bits == 32 ? 8 : 16;
        if (prefixLength < minimum || prefixLength > bits) {
            throw new IllegalArgumentException("the prefix of " + base.getHostAddress() + " must be in " + minimum
                    + ".." + bits + ", not " + prefixLength);
        }
    }

    /** Parses {@code 10.1.0.0/16} or {@code fd00::/16}; throws {@link IllegalArgumentException} with the mistake. */
    public static AddressRange parse(String text) {
        int slash = text.indexOf('/');
        InetAddress base = slash < 0 ? null : parseLiteral(text.substring(0, slash));
        if (base == null) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not an address range: use 10.1.0.0/16 or fd00:1::/32");
        }
        try {
            return new AddressRange(base, Integer.parseInt(text.substring(slash + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not an address range: the slash must be followed by a number", e);
        }
    }

    /** Returns the IP address that the text denotes, or null if it is a host name. Does not query a name server. */
    static @Nullable InetAddress parseLiteral(String text) {
        return NetUtil.createInetAddressFromIpAddressString(text);
    }

    /** True if the address is in this range. */
    public boolean contains(InetAddress address) {
        byte[] expected = base.getAddress();
        byte[] actual = address.getAddress();
        if (expected.length != actual.length) {
            return false;
        }
        for (int bit = 0; bit < prefixLength; bit++) {
            int mask = 0x80 >> bit % Byte.SIZE;
            if (((expected[bit / Byte.SIZE] ^ actual[bit / Byte.SIZE]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }
}
