package dev.tributary.core.membership;

import dev.tributary.core.message.Connect;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.value.PeerContact;
import java.util.List;

/**
 * Which contacts travel over a link, in both directions: those whose address the link's peer and this node can both be
 * expected to reach. An address of loopback or of a private network means another host elsewhere, so it is told to and
 * believed from peers in the same range only.
 */
final class ContactScope {

    private ContactScope() {}

    /** Returns the contacts that may be told to, or are believed from, the link's peer. */
    static List<PeerContact> filter(PeerLink link, List<PeerContact> contacts) {
        return contacts.stream().filter(contact -> covers(link, contact)).toList();
    }

    private static boolean covers(PeerLink link, PeerContact contact) {
        if (contact.address().equals(Connect.Offers.OWN_ADDRESS)) {
            return true;
        }
        return link.remote()
                .map(observed -> contact.address()
                        .ip()
                        .filter(ip -> ip.isInScopeOf(observed))
                        .isPresent())
                .orElse(true);
    }
}
