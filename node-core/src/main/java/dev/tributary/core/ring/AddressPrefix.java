package dev.tributary.core.ring;

import dev.tributary.core.value.IpAddress;
import java.util.Optional;

/**
 * The prefix of a public address that is expensive to obtain: /24 of IPv4, /48 of IPv6. Loopback, link-local and
 * private addresses have none: a remote attacker cannot use them for a Sybil attack. An IPv6 address that contains a
 * public IPv4 address counts as that one, since its owner gets the IPv6 addresses for free: 6to4 (2002::/16), Teredo
 * (2001::/32) and NAT64 (64:ff9b::/96).
 */
public final class AddressPrefix {

    private static final int NAT64_ZEROS_END = 12;

    private AddressPrefix() {}

    /** Returns the prefix of the address, or empty if it has none. */
    public static Optional<String> of(IpAddress address) {
        return switch (address.scope()) {
            // A gateway translates an embedded address: who uses one is not in this node's private network.
            case LOOPBACK, LINK_LOCAL, PRIVATE ->
                embedded(address).isPresent() ? Optional.of(prefix(address)) : Optional.empty();
            case UNSPECIFIED, MULTICAST, BROADCAST, PUBLIC -> Optional.of(prefix(address));
        };
    }

    private static String prefix(IpAddress address) {
        IpAddress counted = embedded(address)
                .filter(ipv4 -> ipv4.scope() == IpAddress.Scope.PUBLIC)
                .orElse(address);
        return counted.isIpv4()
                ? counted.at(0) + "." + counted.at(1) + "." + counted.at(2)
                : String.format("%x:%x:%x", group(counted, 0), group(counted, 1), group(counted, 2));
    }

    private static Optional<IpAddress> embedded(IpAddress address) {
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

    private static int group(IpAddress address, int index) {
        return address.at(2 * index) << 8 | address.at(2 * index + 1);
    }
}
