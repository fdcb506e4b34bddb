package dev.tributary.app.node;

import java.util.Collection;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the operator of a node that no other machine can reach, although its gateways are on other machines. */
final class ListenAddress {

    private static final Logger log = LoggerFactory.getLogger(ListenAddress.class);

    private ListenAddress() {}

    /**
     * Warns if the node listens on loopback and has a gateway elsewhere.
     *
     * @param gateways hosts of the gateways
     */
    static void warnIfUnreachable(String listen, Collection<String> gateways) {
        if (isUnreachable(listen, gateways)) {
            log.warn(
                    "node listens on loopback and has gateways elsewhere: peers cannot dial it listen={} gateways={}",
                    listen,
                    gateways);
        }
    }

    static boolean isUnreachable(String listen, Collection<String> gateways) {
        return isLoopback(listen) && !gateways.stream().allMatch(ListenAddress::isLoopback);
    }

    /** By the text alone: a name is not looked up. */
    private static boolean isLoopback(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return name.equals("localhost") || name.startsWith("127.") || name.equals("::1") || name.equals("[::1]");
    }
}
