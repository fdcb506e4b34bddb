package dev.tributary.transport.client.access;

import java.net.InetAddress;
import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Which web pages may use the door. A page that an attacker serves may open sockets to this machine, and may call this
 * machine by a name of its own: the first shows in its Origin, the second in its Host.
 */
public final class OriginRule {

    private static final Set<String> LOCAL = Set.of("localhost", "127.0.0.1", "[::1]");

    private final Set<String> hosts;
    private final Set<String> trustedOrigins;
    private final SourceRule sources;

    /**
     * A rule for these names of the door, beside {@code localhost} and private addresses.
     *
     * @param allowed names the operator allows, which may stand in an Origin too: those of a reverse proxy
     * @param own names and addresses of this machine
     */
    public OriginRule(Collection<String> allowed, Collection<String> own, SourceRule sources) {
        this.trustedOrigins = lower(allowed);
        trustedOrigins.addAll(LOCAL);
        this.hosts = new HashSet<>(trustedOrigins);
        hosts.addAll(lower(own));
        this.sources = sources;
    }

    private static Set<String> lower(Collection<String> names) {
        Set<String> all = new HashSet<>();
        names.forEach(name -> all.add(bracketed(name.toLowerCase(Locale.ROOT))));
        return all;
    }

    /** An IPv6 address as it stands in a Host header. */
    private static String bracketed(String name) {
        return name.indexOf(':') >= 0 && !name.startsWith("[") && AddressRange.literal(name) != null
                ? "[" + name + "]"
                : name;
    }

    /** Whether this Host is a name of the door, and not one that an attacker made up for it. */
    public boolean trustsHost(String header) {
        Authority host = Authority.parse(header);
        return host != null && trusts(host);
    }

    private boolean trusts(Authority host) {
        if (hosts.contains(host.host()) || hosts.contains(host.host() + host.port())) {
            return true;
        }
        InetAddress address = AddressRange.literal(host.name());
        return address != null
                && (sources.isAllowed(address) || (SourceRule.isPrivate(address) && !address.isAnyLocalAddress()));
    }

    /**
     * Whether a WebSocket may be opened. Without an Origin it is no page that asks. Otherwise the page must come from this
     * machine, from a name that the operator allows, or from the door itself.
     */
    public boolean admits(Optional<String> origin, Optional<String> host) {
        if (origin.isEmpty()) {
            return true;
        }
        Authority page = Authority.ofOrigin(origin.get());
        if (page == null) {
            return false;
        }
        if (trustedOrigins.contains(page.host()) || trustedOrigins.contains(page.host() + page.port())) {
            return true;
        }
        return host.map(Authority::parse)
                .filter(door -> door.equals(page) && trusts(door))
                .isPresent();
    }

    /** Whether an Origin can be read at all. */
    public static boolean isVisible(String origin) {
        return origin.chars().allMatch(each -> each >= 0x20 && each < 0x7f);
    }
}
