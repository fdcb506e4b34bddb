package dev.tributary.core.ring;

import dev.tributary.core.value.IpAddress;
import java.util.Optional;

/**
 * The prefix of a public address that is expensive to obtain: /24 of IPv4, /48 of IPv6. Loopback, link-local and
 * private addresses have none: a remote attacker cannot use them for a Sybil attack. An IPv6 address that contains a
 * public IPv4 address counts as that one, since its owner gets the IPv6 addresses for free.
 */
public final class AddressPrefix {

    private AddressPrefix() {}

    /** Returns the prefix of the address, or empty if it has none. */
    public static Optional<String> of(IpAddress address) {
        return switch (address.scope()) {
            // A gateway translates an embedded address: who uses one is not in this node's private network.
            case LOOPBACK, LINK_LOCAL, PRIVATE ->
                EmbeddedIpv4.of(address).isPresent() ? Optional.of(prefix(address)) : Optional.empty();
            case UNSPECIFIED, MULTICAST, BROADCAST, PUBLIC -> Optional.of(prefix(address));
        };
    }

    private static String prefix(IpAddress address) {
        IpAddress counted = EmbeddedIpv4.of(address)
                .filter(ipv4 -> ipv4.scope() == IpAddress.Scope.PUBLIC)
                .orElse(address);
        return counted.isIpv4()
                ? counted.at(0) + "." + counted.at(1) + "." + counted.at(2)
                : String.format("%x:%x:%x", group(counted, 0), group(counted, 1), group(counted, 2));
    }

    static int group(IpAddress address, int index) {
        return address.at(2 * index) << 8 | address.at(2 * index + 1);
    }
}
