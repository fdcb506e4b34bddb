package dev.tributary.transport.client.access;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * IP addresses that begin alike.
 *
 * @param base any of them
 * @param prefix how many bits they have in common: at least 8 of IPv4, 16 of IPv6, so that a slip does not admit the world
 */
public record AddressRange(InetAddress base, int prefix) {

    public AddressRange {
        int bits = base.getAddress().length * Byte.SIZE;
        int least = bits == 32 ? 8 : 16;
        if (prefix < least || prefix > bits) {
            throw new IllegalArgumentException("the prefix of " + base.getHostAddress() + " must be in " + least + ".."
                    + bits + ", not " + prefix);
        }
    }

    /** Reads {@code 10.1.0.0/16} or {@code fd00::/16}; throws {@link IllegalArgumentException} that says what is wrong. */
    public static AddressRange parse(String text) {
        int slash = text.indexOf('/');
        InetAddress base = slash < 0 ? null : literal(text.substring(0, slash));
        if (base == null) {
            throw new IllegalArgumentException("'" + text + "' is no address range: use 10.1.0.0/16 or fd00:1::/32");
        }
        try {
            return new AddressRange(base, Integer.parseInt(text.substring(slash + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is no address range: a number follows the slash", e);
        }
    }

    /** The address that is written there, or null if it is a name: nothing is asked of any name server. */
    static @Nullable InetAddress literal(String text) {
        return NetUtil.createInetAddressFromIpAddressString(text);
    }

    /** Whether the address is one of them. */
    public boolean contains(InetAddress address) {
        byte[] mine = base.getAddress();
        byte[] other = address.getAddress();
        if (mine.length != other.length) {
            return false;
        }
        for (int bit = 0; bit < prefix; bit++) {
            int mask = 0x80 >> bit % Byte.SIZE;
            if (((mine[bit / Byte.SIZE] ^ other[bit / Byte.SIZE]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }
}
