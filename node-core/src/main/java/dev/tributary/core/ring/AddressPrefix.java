package dev.tributary.core.ring;

import java.util.Locale;
import java.util.Optional;

/**
 * The prefix of a public address that is expensive to obtain: /24 of IPv4, /48 of IPv6. Hosts that are not literal
 * public addresses have none: loopback, private ranges and names, which a remote attacker cannot use for a Sybil
 * attack.
 */
public final class AddressPrefix {

    private AddressPrefix() {}

    /** Returns the prefix of the host, or empty if it has none. */
    public static Optional<String> of(String host) {
        return host.indexOf(':') >= 0 ? ofIpv6(host.toLowerCase(Locale.ROOT)) : ofIpv4(host);
    }

    private static Optional<String> ofIpv4(String host) {
        String[] parts = host.split("\\.", -1);
        if (parts.length != 4) {
            return Optional.empty();
        }
        int[] octets = new int[4];
        for (int i = 0; i < 4; i++) {
            if (parts[i].isEmpty() || parts[i].length() > 3 || !parts[i].chars().allMatch(c -> c >= '0' && c <= '9')) {
                return Optional.empty();
            }
            octets[i] = Integer.parseInt(parts[i]);
        }
        boolean privateRange = octets[0] == 127
                || octets[0] == 10
                || (octets[0] == 172 && octets[1] >= 16 && octets[1] < 32)
                || (octets[0] == 192 && octets[1] == 168)
                || (octets[0] == 169 && octets[1] == 254);
        return privateRange ? Optional.empty() : Optional.of(octets[0] + "." + octets[1] + "." + octets[2]);
    }

    private static Optional<String> ofIpv6(String host) {
        int end = host.indexOf('%');
        int[] groups = firstGroups(end < 0 ? host : host.substring(0, end));
        boolean privateRange = groups[0] == 0 || (groups[0] & 0xfe00) == 0xfc00 || (groups[0] & 0xffc0) == 0xfe80;
        return privateRange
                ? Optional.empty()
                : Optional.of(String.format("%x:%x:%x", groups[0], groups[1], groups[2]));
    }

    /** Returns the first three groups; groups omitted by "::" and unreadable groups are zero. */
    private static int[] firstGroups(String host) {
        int[] groups = new int[3];
        String[] parts = host.split(":", -1);
        for (int i = 0; i < 3 && i < parts.length && !parts[i].isEmpty(); i++) {
            try {
                groups[i] = Integer.parseInt(parts[i], 16);
            } catch (NumberFormatException unreadable) {
                break;
            }
        }
        return groups;
    }
}
