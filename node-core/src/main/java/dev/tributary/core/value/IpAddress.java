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
    private static final Bytes MAPPED_PREFIX = Bytes.wrap(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1});

    /** Which hosts an address can reach. */
    public enum Scope {
        /** No particular host: 0.0.0.0/8 and {@code ::}. */
        UNSPECIFIED,
        /** The host itself: 127.0.0.0/8 and {@code ::1}. */
        LOOPBACK,
        /** Hosts on the same link: 169.254.0.0/16 and fe80::/10. */
        LINK_LOCAL,
        /** Hosts in the same private network: 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 and fc00::/7. */
        PRIVATE,
        /** Groups of hosts: 224.0.0.0/4 and ff00::/8. */
        MULTICAST,
        /** All hosts on the same link: 255.255.255.255. */
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
        } else if (first == 10 || (first == 172 && (second & 0xf0) == 16) || (first == 192 && second == 168)) {
            return Scope.PRIVATE;
        } else if ((first & 0xf0) == 224) {
            return Scope.MULTICAST;
        }
        return toString().equals("255.255.255.255") ? Scope.BROADCAST : Scope.PUBLIC;
    }

    private Scope ipv6Scope() {
        int first = at(0);
        if (first == 0xff) {
            return Scope.MULTICAST;
        } else if (first == 0xfe && (at(1) & 0xc0) == 0x80) {
            return Scope.LINK_LOCAL;
        } else if ((first & 0xfe) == 0xfc) {
            return Scope.PRIVATE;
        }
        return switch (toString()) {
            case "::" -> Scope.UNSPECIFIED;
            case "::1" -> Scope.LOOPBACK;
            default -> Scope.PUBLIC;
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
