package dev.tributary.core.ring;

import static dev.tributary.core.ring.AddressPrefix.group;

import dev.tributary.core.value.IpAddress;
import java.util.Optional;

/** The IPv4 address inside an IPv6 address: 6to4 (2002::/16), Teredo (2001::/32) and NAT64 (64:ff9b::/96). */
final class EmbeddedIpv4 {

    private static final int NAT64_ZEROS_END = 12;

    private EmbeddedIpv4() {}

    /** Returns the IPv4 address; empty if the address contains none, or is one itself. */
    static Optional<IpAddress> of(IpAddress address) {
        if (address.isIpv4()) {
            return Optional.empty();
        }
        int first = group(address, 0);
        int second = group(address, 1);
        if (first == 0x2002) {
            return Optional.of(address.ipv4At(2));
        } else if (first == 0x2001 && second == 0) {
            return Optional.of(inverted(address.ipv4At(12)));
        }
        return first == 0x64 && second == 0xff9b && hasNat64Zeros(address)
                ? Optional.of(address.ipv4At(NAT64_ZEROS_END))
                : Optional.empty();
    }

    /** Teredo inverts the bits of the address. */
    private static IpAddress inverted(IpAddress address) {
        byte[] bytes = address.bytes().toArray();
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) ~bytes[i];
        }
        return IpAddress.of(bytes);
    }

    private static boolean hasNat64Zeros(IpAddress address) {
        for (int i = 4; i < NAT64_ZEROS_END; i++) {
            if (address.at(i) != 0) {
                return false;
            }
        }
        return true;
    }
}
