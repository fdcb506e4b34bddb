package dev.tributary.core.limit;

import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A map with a maximum number of entries and a maximum weight. Beyond either it evicts entries, in the order of their
 * last use or of their last write. The weight of a value must not change while it is in the map. Not thread-safe.
 */
public final class BoundedMap<K, V> {

    private final Map<K, V> entries;
    private final int maxEntries;
    private final long maxWeight;
    private final ToLongFunction<V> weigher;
    private long weight;

    private BoundedMap(boolean byUse, int maxEntries, long maxWeight, ToLongFunction<V> weigher) {
        this.entries = new LinkedHashMap<>(16, 0.75f, byUse);
        this.maxEntries = maxEntries;
        this.maxWeight = maxWeight;
        this.weigher = weigher;
    }

    /** A map that evicts the entry that was read or written the longest time ago. */
    public static <K, V> BoundedMap<K, V> leastRecentlyUsed(int maxEntries) {
        return new BoundedMap<>(true, maxEntries, Long.MAX_VALUE, value -> 0);
    }

    /** As {@link #leastRecentlyUsed(int)}, with a maximum sum of the weights of the values. */
    public static <K, V> BoundedMap<K, V> leastRecentlyUsed(int maxEntries, long maxWeight, ToLongFunction<V> weigher) {
        return new BoundedMap<>(true, maxEntries, maxWeight, weigher);
    }

    /** A map that evicts the entry that was written the longest time ago. */
    public static <K, V> BoundedMap<K, V> leastRecentlyWritten(int maxEntries) {
        return new BoundedMap<>(false, maxEntries, Long.MAX_VALUE, value -> 0);
    }

    public @Nullable V get(K key) {
        return entries.get(key);
    }

    /** The value of the key; a missing one is created and added. */
    public V computeIfAbsent(K key, Function<K, V> create) {
        V known = entries.get(key);
        if (known != null) {
            return known;
        }
        V created = create.apply(key);
        put(key, created);
        return created;
    }

    /** Adds or replaces the value, which is now the most recent one, and evicts what exceeds the limits. */
    public void put(K key, V value) {
        remove(key);
        entries.put(key, value);
        weight += weigher.applyAsLong(value);
        for (Iterator<V> eldest = entries.values().iterator(); entries.size() > maxEntries || weight > maxWeight; ) {
            weight -= weigher.applyAsLong(eldest.next());
            eldest.remove();
        }
    }

    /** Removes the key; returns its value, or null if there was none. */
    public @Nullable V remove(K key) {
        V removed = entries.remove(key);
        if (removed != null) {
            weight -= weigher.applyAsLong(removed);
        }
        return removed;
    }

    /** Removes the matching values; returns whether there were any. */
    public boolean removeIf(Predicate<V> matches) {
        return entries.values().removeIf(value -> {
            boolean isRemoved = matches.test(value);
            weight -= isRemoved ? weigher.applyAsLong(value) : 0;
            return isRemoved;
        });
    }

    /** Whether the map has the key; does not count as a use. */
    public boolean containsKey(K key) {
        return entries.containsKey(key);
    }

    /** An unmodifiable view of the values; the next to be evicted is the first. */
    public Collection<V> values() {
        return Collections.unmodifiableCollection(entries.values());
    }

    /** An unmodifiable view of the entries. */
    public Map<K, V> asMap() {
        return Collections.unmodifiableMap(entries);
    }

    public int size() {
        return entries.size();
    }

    public boolean isEmpty() {
        return entries.isEmpty();
    }

    public void clear() {
        entries.clear();
        weight = 0;
    }
}
