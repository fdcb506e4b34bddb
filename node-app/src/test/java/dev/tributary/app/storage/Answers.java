package dev.tributary.app.storage;

import dev.tributary.app.demo.NodeChild;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/** What a node answers, asked one GET after the other, while it is away and for a while after it is back. */
final class Answers {

    private static final Duration ASKED = Duration.ofSeconds(20);

    private final StoreProcess node;
    private final Room room;
    private volatile long back;
    private volatile CompletableFuture<Long> joined = new CompletableFuture<>();
    private int whileAway;
    private int unmarkedWhileAway;
    private int marked;
    private int unmarked;
    private long isNew;
    private long longest;

    Answers(StoreProcess node, Room room) {
        this.node = node;
        this.room = room;
    }

    /** Records that the node can reach others again. */
    void markBack() {
        back = System.nanoTime();
        joined = CompletableFuture.supplyAsync(() -> {
            StoreProcess.await(node::hasNeighbour);
            return System.nanoTime();
        });
    }

    /** Asks until the node was back for a while. */
    void ask() {
        while (back == 0 || System.nanoTime() - back < ASKED.toNanos()) {
            long asking = System.nanoTime();
            NodeChild.Reply answer = node.ask("get " + room.contract().id());
            boolean isAfter = back != 0 && asking - back > 0;
            boolean isOld = !Integer.toString(room.after().size())
                    .equals(answer.fields().get("bytes"));
            boolean isConfirmed = "true".equals(answer.fields().get("confirmed"));
            if (isAfter) {
                record(isOld, isConfirmed, System.nanoTime() - asking);
            } else {
                whileAway++;
                unmarkedWhileAway += isOld && isConfirmed ? 1 : 0;
            }
        }
    }

    private void record(boolean isOld, boolean isConfirmed, long took) {
        longest = Math.max(longest, took);
        if (isOld && isConfirmed) {
            unmarked++;
        } else if (isOld) {
            marked++;
        } else if (isNew == 0) {
            isNew = System.nanoTime();
        }
    }

    /** Number of answers after the return that are old and say that they are confirmed. */
    int unmarked() {
        return unmarked;
    }

    String report() {
        String away = whileAway == 0
                ? ""
                : "while away: " + whileAway + " answers, old and unmarked " + unmarkedWhileAway + "; then: ";
        return away
                + String.format(
                        Locale.ROOT,
                        "joined ms %d new ms after joining %d old answers %d unmarked %d longest answer ms %d",
                        (joined.join() - back) / 1_000_000,
                        isNew == 0 ? -1 : Math.max(0, isNew - joined.join()) / 1_000_000,
                        marked,
                        unmarked,
                        longest / 1_000_000);
    }
}
