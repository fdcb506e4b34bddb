package dev.tributary.core.loop;

import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerContact;
import dev.tributary.core.value.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Neighbours that went without a word, and gateways that never answered: each may be on the other side of a network that
 * fell into two, where both sides have neighbours enough. So they are dialled again until they answer, ever more rarely,
 * for as long as it takes. Loop thread only.
 */
final class Absentees {

    /** Of those that one side of a network loses some are alive on the other. */
    private static final int REMEMBERED = 16;

    /** How many are dialled at once. */
    private static final int AT_ONCE = 4;

    /** Each pause is this part of the time that the peer is away: what was apart for a minute meets again within seconds. */
    private static final int PART_OF_ABSENCE = 4;

    private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(5);

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(2);

    private final Map<PeerAddress, Absence> absences = new LinkedHashMap<>();

    Absentees(Collection<PeerContact> gateways, long now) {
        gateways.forEach(gateway -> missed(gateway, now));
    }

    /** Whether somebody whose link ended so would be there if he could. */
    static boolean isLoss(CloseReason reason) {
        return reason.kind() == CloseReason.Kind.LOST || reason.kind() == CloseReason.Kind.IDLE;
    }

    /** From now on this one is missed; whoever is missed longest is forgotten when there are too many. */
    void missed(PeerContact contact, long now) {
        if (contact.address().port() == 0) {
            return;
        }
        absences.remove(contact.address());
        absences.put(contact.address(), new Absence(contact, now, now + SHORTEST_PAUSE.toNanos()));
        if (absences.size() > REMEMBERED) {
            absences.remove(absences.keySet().iterator().next());
        }
    }

    /** Somebody answered at this address, or came from there; true if he was missed. The others may be back too. */
    boolean answered(PeerAddress address, PeerId peer, long now) {
        boolean missed = absences.values()
                .removeIf(each -> each.contact.address().equals(address) || peer.equals(each.contact.expected()));
        if (missed) {
            absences.replaceAll((at, each) -> new Absence(each.contact, now, now + SHORTEST_PAUSE.toNanos()));
        }
        return missed;
    }

    /** Those who should be dialled now, some at once; their next turn is a while later. */
    List<PeerContact> due(long now) {
        List<PeerContact> due = new ArrayList<>(AT_ONCE);
        for (Absence each : List.copyOf(absences.values())) {
            if (due.size() < AT_ONCE && each.next - now <= 0) {
                due.add(each.contact);
                absences.replace(
                        each.contact.address(),
                        new Absence(each.contact, each.since, now + pauseAfter(now - each.since)));
            }
        }
        return due;
    }

    /** How long until somebody is to be dialled: no shorter than the shortest pause. */
    Duration pause(long now) {
        long next = absences.values().stream()
                .mapToLong(each -> each.next - now)
                .min()
                .orElse(LONGEST_PAUSE.toNanos());
        return Duration.ofNanos(Math.max(SHORTEST_PAUSE.toNanos(), next));
    }

    boolean isMissed(PeerAddress address) {
        return absences.containsKey(address);
    }

    boolean isEmpty() {
        return absences.isEmpty();
    }

    private static long pauseAfter(long absence) {
        return Math.max(SHORTEST_PAUSE.toNanos(), Math.min(LONGEST_PAUSE.toNanos(), absence / PART_OF_ABSENCE));
    }

    private record Absence(PeerContact contact, long since, long next) {}
}
