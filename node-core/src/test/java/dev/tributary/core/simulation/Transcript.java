package dev.tributary.core.simulation;

import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.value.TransactionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Records what travels in a simulated network, from its start, in the order of sending. */
final class Transcript implements TrafficListener {

    private final List<TranscriptLine> lines = new ArrayList<>();

    @Override
    public void onSent(long time, int from, int to, PeerMessage message) {
        lines.add(TranscriptLine.ofMessage(time, from, to, message));
    }

    @Override
    public void onArrived(long time, int from, int to, PeerMessage message) {
        lines.stream()
                .filter(line -> line.isPending(from, to, message))
                .findFirst()
                .ifPresent(line -> line.arrive(time));
    }

    @Override
    public void onClosed(long time, int from, int to, CloseReason reason) {
        lines.add(TranscriptLine.ofEvent(time, from, to, "closes the link: " + reason));
    }

    /** An open link is the arrival of the last dial. */
    @Override
    public void onEvent(long time, int from, int to, String what) {
        if (what.equals("dial")) {
            lines.add(TranscriptLine.ofDial(time, from, to));
        } else if (what.equals("link")) {
            lines.stream()
                    .filter(line -> line.isPendingDial(from, to))
                    .reduce((earlier, later) -> later)
                    .ifPresent(line -> line.arrive(time));
        } else {
            lines.add(TranscriptLine.ofEvent(time, from, to, "the link breaks: " + what));
        }
    }

    /** Records what a client does or receives, or what happens to the network. */
    void note(Duration time, String actor, String text, @Nullable Record result) {
        lines.add(TranscriptLine.ofNote(time, actor, text, result));
    }

    /** The lines of this time. */
    List<TranscriptLine> between(Duration begin, Duration end) {
        return lines.stream()
                .filter(line -> line.sent() >= begin.toNanos() && line.sent() <= end.toNanos())
                .toList();
    }

    /** The transactions of all searches for neighbours. */
    Set<TransactionId> searches() {
        return lines.stream().flatMap(line -> line.search().stream()).collect(Collectors.toSet());
    }
}
