package dev.tributary.core.operation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Lets work on the same key happen one after the other, in the order of subscription, while other keys go on. A key
 * takes memory only while somebody works on it. Safe to use from any thread.
 */
final class Turns<K> {

    /** Who works on a key and who waits for it: the head is the one whose turn it is. */
    private final Map<K, Deque<Sinks.Empty<Void>>> queues = new HashMap<>();

    /** Runs the work when its turn has come; the turn ends with it, also when it fails or is cancelled. */
    <T> Mono<T> inTurn(K key, Mono<T> work) {
        return Mono.using(() -> enter(key), turn -> turn.asMono().then(work), turn -> leave(key, turn));
    }

    /** How many keys are being worked on. */
    synchronized int busy() {
        return queues.size();
    }

    private synchronized Sinks.Empty<Void> enter(K key) {
        Sinks.Empty<Void> turn = Sinks.empty();
        Deque<Sinks.Empty<Void>> queue = queues.computeIfAbsent(key, unused -> new ArrayDeque<>(2));
        queue.add(turn);
        if (turn.equals(queue.peek())) {
            turn.tryEmitEmpty();
        }
        return turn;
    }

    private void leave(K key, Sinks.Empty<Void> turn) {
        Sinks.Empty<Void> next = remove(key, turn);
        if (next != null) {
            next.tryEmitEmpty();
        }
    }

    /** The one whose turn has come by it, or null. */
    private synchronized Sinks.@Nullable Empty<Void> remove(K key, Sinks.Empty<Void> turn) {
        Deque<Sinks.Empty<Void>> queue = queues.get(key);
        if (queue == null) {
            return null;
        }
        boolean hadTheTurn = turn.equals(queue.peek());
        queue.remove(turn);
        if (queue.isEmpty()) {
            queues.remove(key);
            return null;
        }
        return hadTheTurn ? queue.peek() : null;
    }
}
