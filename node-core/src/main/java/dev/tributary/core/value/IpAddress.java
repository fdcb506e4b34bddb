package dev.tributary.core.value;

import java.util.Optional;

/**
 * An IP address without a zone, normalised: an IPv4-mapped IPv6 address ({@code ::ffff:203.0.113.5}) is the IPv4
 * address. Never queries a name server.
 *
 * @param bytes 4 or 16 bytes in network order
 */
public record IpAddress(Bytes bytes) {

    private static final int IPV4_SIZE = 4;
    private static final int IPV6_SIZE = 16;
    private static final Bytes COMPATIBLE_PREFIX = Bytes.wrap(new byte[12]);
    private static final Bytes TRANSLATED_PREFIX =
            Bytes.wrap(new byte[] {0, 0x64, (byte) 0xff, (byte) 0x9b, 0, 0, 0, 0, 0, 0, 0, 0});
    private static final Bytes MAPPED_PREFIX = Bytes.wrap(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1});

    /** Which hosts an address can reach. */
    public enum Scope {
        /** No particular host: 0.0.0.0/8 and {@code ::}. */
        UNSPECIFIED,
        /** The host itself: 127.0.0.0/8 and {@code ::1}. */
        LOOPBACK,
        /** Hosts on the same link: 169.254.0.0/16 and fe80::/10. */
        LINK_LOCAL,
        /**
         * Hosts in the same private network: 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10, 198.18.0.0/15,
         * fc00::/7 and fec0::/10.
         */
        PRIVATE,
        /** Groups of hosts: 224.0.0.0/4 and ff00::/8. */
        MULTICAST,
        /** All hosts on the same link, and what is reserved: 240.0.0.0/4. */
        BROADCAST,
        /** Any other address: hosts on the internet. */
        PUBLIC
    }

    public IpAddress {
        if (bytes.size() != IPV4_SIZE && bytes.size() != IPV6_SIZE) {
            throw new IllegalArgumentException("an IP address must have 4 or 16 bytes, not " + bytes.size());
        }
        if (bytes.size() == IPV6_SIZE && part(bytes, 0, MAPPED_PREFIX.size()).equals(MAPPED_PREFIX)) {
            bytes = part(bytes, MAPPED_PREFIX.size(), IPV4_SIZE);
        }
    }

    /** Returns the address of these 4 or 16 bytes; throws {@link IllegalArgumentException} for another length. */
    public static IpAddress of(byte[] bytes) {
        return new IpAddress(Bytes.copyOf(bytes));
    }

    /**
     * Parses the four decimal numbers of an IPv4 address or the notation of an IPv6 address (RFC 4291) without a zone.
     * Empty for any other text, also for shorter, octal and hexadecimal notations of IPv4, which programs read
     * differently.
     */
    public static Optional<IpAddress> parse(String text) {
        return IpNotation.parse(text).map(IpAddress::new);
    }

    /** Whether it has 4 bytes. */
    public boolean isIpv4() {
        return bytes.size() == IPV4_SIZE;
    }

    /** Returns the IPv4 address in the four bytes from this offset. */
    public IpAddress ipv4At(int offset) {
        return new IpAddress(part(bytes, offset, IPV4_SIZE));
    }

    /** Returns the unsigned byte at this offset. */
    public int at(int offset) {
        return Byte.toUnsignedInt(bytes.at(offset));
    }

    /** Returns which hosts it can reach. */
    public Scope scope() {
        return isIpv4() ? ipv4Scope() : ipv6Scope();
    }

    private Scope ipv4Scope() {
        int first = at(0);
        int second = at(1);
        if (first == 0) {
            return Scope.UNSPECIFIED;
        } else if (first == 127) {
            return Scope.LOOPBACK;
        } else if (first == 169 && second == 254) {
            return Scope.LINK_LOCAL;
        } else if (isPrivateIpv4(first, second)) {
            return Scope.PRIVATE;
        }
        return switch (first & 0xf0) {
            case 224 -> Scope.MULTICAST;
            case 240 -> Scope.BROADCAST;
            default -> Scope.PUBLIC;
        };
    }

    private static boolean isPrivateIpv4(int first, int second) {
        return switch (first) {
            case 10 -> true;
            case 100 -> (second & 0xc0) == 64;
            case 172 -> (second & 0xf0) == 16;
            case 192 -> second == 168;
            case 198 -> (second & 0xfe) == 18;
            default -> false;
        };
    }

    private Scope ipv6Scope() {
        int first = at(0);
        if (first == 0xff) {
            return Scope.MULTICAST;
        } else if (first == 0xfe && (at(1) & 0xc0) == 0x80) {
            return Scope.LINK_LOCAL;
        } else if ((first & 0xfe) == 0xfc || (first == 0xfe && (at(1) & 0xc0) == 0xc0)) {
            return Scope.PRIVATE;
        }
        return switch (toString()) {
            case "::" -> Scope.UNSPECIFIED;
            case "::1" -> Scope.LOOPBACK;
            default -> embeddedIpv4().map(IpAddress::scope).orElse(Scope.PUBLIC);
        };
    }

    /** The IPv4 address to which a gateway may translate this one: ::/96, 64:ff9b::/96 and 2002::/16. */
    private Optional<IpAddress> embeddedIpv4() {
        if (at(0) == 0x20 && at(1) == 0x02) {
            return Optional.of(ipv4At(2));
        }
        Bytes prefix = part(bytes, 0, COMPATIBLE_PREFIX.size());
        boolean isEmbedded = prefix.equals(COMPATIBLE_PREFIX) || prefix.equals(TRANSLATED_PREFIX);
        return isEmbedded ? Optional.of(ipv4At(prefix.size())) : Optional.empty();
    }

    /**
     * Whether a host with the other address may be told of this one: if this one is public, or both are in one range
     * that is not: loopback, link-local, or one block of private addresses.
     */
    public boolean isInScopeOf(IpAddress other) {
        return switch (scope()) {
            case PUBLIC -> true;
            case LOOPBACK, LINK_LOCAL -> other.scope() == scope();
            case PRIVATE -> other.scope() == Scope.PRIVATE && isIpv4() == other.isIpv4() && at(0) == other.at(0);
            case UNSPECIFIED, MULTICAST, BROADCAST -> false;
        };
    }

    private static Bytes part(Bytes bytes, int offset, int size) {
        byte[] part = new byte[size];
        bytes.toBuffer().get(offset, part);
        return Bytes.wrap(part);
    }

    /** Returns four decimal numbers, or the shortest notation of the IPv6 address in lower case (RFC 5952). */
    @Override
    public String toString() {
        return IpNotation.format(bytes);
    }
}
