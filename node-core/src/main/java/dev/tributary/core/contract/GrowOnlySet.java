package dev.tributary.core.contract;

import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.StateSummary;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A set to which every client may add and from which none can remove; merging is union. The state is the elements in
 * ascending order, each as its length, four bytes big-endian, then its bytes. The summary is the elements' hashes.
 */
public final class GrowOnlySet implements JavaContract {

    public static final GrowOnlySet CONTRACT = new GrowOnlySet();

    private static final int HASH_BYTES = 32;
    private static final Comparator<Bytes> ASCENDING = Comparator.comparing(Bytes::toBuffer);

    private final ContractCode code = ContractCode.of(Bytes.utf8("tributary/java/grow-only-set/1"));

    private GrowOnlySet() {}

    /** The contract of the set with this name. */
    public static Contract named(String name) {
        return Contract.of(CONTRACT.code, Parameters.utf8(name));
    }

    /** A state with these elements. */
    public static State state(Collection<Bytes> elements) {
        return new State(encode(sorted(elements)));
    }

    /** The elements of a valid state, ascending. */
    public static SortedSet<Bytes> elements(State state) {
        return decode(state.bytes());
    }

    @Override
    public ContractCode code() {
        return code;
    }

    @Override
    public Verdict validate(Parameters parameters, State state) {
        try {
            boolean canonical = encode(decode(state.bytes())).equals(state.bytes());
            return canonical ? Verdict.valid() : Verdict.invalid("elements must be ascending and distinct");
        } catch (IllegalArgumentException malformed) {
            return Verdict.invalid(String.valueOf(malformed.getMessage()));
        }
    }

    @Override
    public State merge(Parameters parameters, State current, StateChange change) {
        Bytes added = switch (change.kind()) {
            case FULL -> ((StateChange.Full) change).state().bytes();
            case DELTA -> ((StateChange.Delta) change).delta().bytes();
            case FULL_AND_DELTA -> ((StateChange.FullAndDelta) change).state().bytes();
        };
        SortedSet<Bytes> union = decode(current.bytes());
        return union.addAll(decode(added)) ? new State(encode(union)) : current;
    }

    @Override
    public StateSummary summarize(Parameters parameters, State state) {
        SortedSet<Bytes> elements = elements(state);
        ByteBuffer summary = ByteBuffer.allocate(elements.size() * HASH_BYTES);
        elements.stream().map(GrowOnlySet::hash).sorted(ASCENDING).forEach(hash -> summary.put(hash.toBuffer()));
        return new StateSummary(Bytes.wrap(summary.array()));
    }

    @Override
    public StateDelta delta(Parameters parameters, State state, StateSummary summary) {
        if (summary.size() % HASH_BYTES != 0) {
            throw new IllegalArgumentException("a summary of a set is hashes of 32 bytes, not " + summary.size());
        }
        Set<ByteBuffer> known = new HashSet<>();
        for (int at = 0; at < summary.size(); at += HASH_BYTES) {
            known.add(summary.bytes().toBuffer().slice(at, HASH_BYTES));
        }
        return new StateDelta(encode(elements(state).stream()
                .filter(element -> !known.contains(hash(element).toBuffer()))
                .collect(Collectors.toCollection(() -> new TreeSet<>(ASCENDING)))));
    }

    private static Bytes hash(Bytes element) {
        return ContractCode.of(element).hash().bytes();
    }

    private static SortedSet<Bytes> sorted(Collection<Bytes> elements) {
        SortedSet<Bytes> sorted = new TreeSet<>(ASCENDING);
        sorted.addAll(elements);
        return sorted;
    }

    private static Bytes encode(SortedSet<Bytes> elements) {
        int size = elements.stream()
                .mapToInt(element -> Integer.BYTES + element.size())
                .reduce(0, Math::addExact);
        ByteBuffer encoded = ByteBuffer.allocate(size);
        elements.forEach(element -> encoded.putInt(element.size()).put(element.toBuffer()));
        return Bytes.wrap(encoded.array());
    }

    private static SortedSet<Bytes> decode(Bytes encoded) {
        SortedSet<Bytes> elements = new TreeSet<>(ASCENDING);
        ByteBuffer rest = encoded.toBuffer();
        while (rest.hasRemaining()) {
            int size = rest.remaining() < Integer.BYTES ? -1 : rest.getInt();
            if (size < 0 || size > rest.remaining()) {
                throw new IllegalArgumentException("an element is cut off at byte " + rest.position());
            }
            byte[] element = new byte[size];
            rest.get(element);
            elements.add(Bytes.wrap(element));
        }
        return elements;
    }
}
