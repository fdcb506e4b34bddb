package dev.tributary.transport.client.access;

import java.net.InetAddress;
import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Decides which web pages may use the client API. A page served by an attacker can open sockets to this machine, as its
 * Origin header shows, or reach this machine under a host name of the attacker, as its Host header shows.
 */
public final class OriginRule {

    private static final Set<String> LOCAL = Set.of("localhost", "127.0.0.1", "[::1]");

    private final Set<String> hosts;
    private final Set<String> trustedOrigins;
    private final SourceRule sources;

    /**
     * Trusts these host names, and also {@code localhost} and private addresses.
     *
     * @param allowed host names that the operator allows, in Origin headers too: those of a reverse proxy
     * @param own host names and addresses of this machine
     */
    public OriginRule(Collection<String> allowed, Collection<String> own, SourceRule sources) {
        this.trustedOrigins = normalize(allowed);
        trustedOrigins.addAll(LOCAL);
        this.hosts = ConcurrentHashMap.newKeySet();
        hosts.addAll(trustedOrigins);
        addOwn(own);
        this.sources = sources;
    }

    /** Trusts further host names and addresses of this machine from now on. Any thread. */
    public void addOwn(Collection<String> names) {
        hosts.addAll(normalize(names));
    }

    private static Set<String> normalize(Collection<String> names) {
        Set<String> normalized = new HashSet<>();
        names.forEach(name -> normalized.add(bracketed(name.toLowerCase(Locale.ROOT))));
        return normalized;
    }

    /** Encloses an IPv6 address in brackets, as in a Host header. */
    private static String bracketed(String name) {
        return name.indexOf(':') >= 0 && !name.startsWith("[") && AddressRange.parseLiteral(name) != null
                ? "[" + name + "]"
                : name;
    }

    /** True if the Host header is a trusted name of this machine, and not a name that an attacker chose for it. */
    public boolean isTrustedHost(String header) {
        Authority host = Authority.parse(header);
        return host != null && isTrusted(host);
    }

    private boolean isTrusted(Authority host) {
        if (hosts.contains(host.host()) || hosts.contains(host.host() + host.port())) {
            return true;
        }
        InetAddress address = AddressRange.parseLiteral(host.name());
        return address != null
                && (sources.isAllowed(address) || (SourceRule.isPrivate(address) && !address.isAnyLocalAddress()));
    }

    /**
     * True if a WebSocket may be opened. A request without an Origin header does not come from a web page. A page must
     * come from this machine, from a host name that the operator allows, or from the server of the client API itself.
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
                .filter(requested -> requested.equals(page) && isTrusted(requested))
                .isPresent();
    }

    /** True if the Origin header consists of printable ASCII characters. */
    public static boolean isPrintable(String origin) {
        return origin.chars().allMatch(each -> each >= 0x20 && each < 0x7f);
    }
}
