package dev.tributary.transport.client.access;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;

/** Decides which source addresses may use the client API: this machine, private networks, and allowed ranges. */
public final class SourceRule {

    private final List<AddressRange> allowed;

    public SourceRule(List<AddressRange> allowed) {
        this.allowed = List.copyOf(allowed);
    }

    /**
     * True if a request from this source address is allowed.
     *
     * @param listener local address of the connection; a request to a loopback address is always allowed
     */
    public boolean admits(InetAddress listener, InetAddress source) {
        return listener.isLoopbackAddress() || isPrivate(source) || isAllowed(source);
    }

    boolean isAllowed(InetAddress address) {
        return allowed.stream().anyMatch(range -> range.contains(address));
    }

    /** True for addresses that do not exist on the internet. IPv4-mapped IPv6 addresses are IPv4 addresses here. */
    static boolean isPrivate(InetAddress address) {
        return address.isLoopbackAddress()
                || address.isSiteLocalAddress()
                || address.isLinkLocalAddress()
                || address.isAnyLocalAddress()
                || (address instanceof Inet6Address && (address.getAddress()[0] & 0xfe) == 0xfc);
    }
}
