package dev.tributary.transport.client.access;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;

/** From where the door may be used: this machine, private networks, and what the operator allows besides. */
public final class SourceRule {

    private final List<AddressRange> allowed;

    public SourceRule(List<AddressRange> allowed) {
        this.allowed = List.copyOf(allowed);
    }

    /**
     * Whether a request may come from there.
     *
     * @param listener the address at which it arrived: what arrives at a loopback address needs no rule
     */
    public boolean admits(InetAddress listener, InetAddress source) {
        return listener.isLoopbackAddress() || isPrivate(source) || isAllowed(source);
    }

    boolean isAllowed(InetAddress address) {
        return allowed.stream().anyMatch(range -> range.contains(address));
    }

    /** Addresses that no stranger on the internet has. IPv4 addresses written as IPv6 are IPv4 addresses by now. */
    static boolean isPrivate(InetAddress address) {
        return address.isLoopbackAddress()
                || address.isSiteLocalAddress()
                || address.isLinkLocalAddress()
                || address.isAnyLocalAddress()
                || (address instanceof Inet6Address && (address.getAddress()[0] & 0xfe) == 0xfc);
    }
}
