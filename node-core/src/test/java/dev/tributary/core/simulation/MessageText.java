package dev.tributary.core.simulation;

import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;
import dev.tributary.core.value.HopsToLive;
import dev.tributary.core.value.PeerContact;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.RingLocation;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.StateDigest;
import dev.tributary.core.value.StateSummary;
import dev.tributary.core.value.TransactionId;
import dev.tributary.core.value.Visited;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes a message or a client's result in words: its kind, then each field by its name, so a new kind needs no change
 * here. Peers are nodes with a number, transactions are numbered by their first appearance, other ids are abbreviated,
 * and of states only the size is written.
 */
final class MessageText {

    /** Length of abbreviated ids, in characters. */
    private static final int ABBREVIATION = 8;

    private final Map<Class<?>, Function<Object, String>> writers = new LinkedHashMap<>();
    private final Map<TransactionId, Integer> transactions = new HashMap<>();

    /**
     * Creates a writer for one transcript.
     *
     * @param nodes the name of each peer
     */
    MessageText(Map<PeerId, String> nodes) {
        write(TransactionId.class, tx -> "" + transactions.computeIfAbsent(tx, unused -> transactions.size() + 1));
        write(PeerId.class, peer -> nodes.getOrDefault(peer, "an unknown node"));
        write(PeerContact.class, contact -> nodes.getOrDefault(contact.expected(), contact.toString()));
        write(Visited.class, visited -> value(visited.peers()));
        write(Contract.class, contract -> abbreviated(contract.id()));
        write(ContractKey.class, key -> abbreviated(key.id()));
        write(ContractInstanceId.class, MessageText::abbreviated);
        write(StateDigest.class, MessageText::abbreviated);
        write(RingLocation.class, location -> String.format(Locale.ROOT, "%.4f", location.value()));
        write(HopsToLive.class, hops -> "" + hops.left());
        write(State.class, state -> bytes(state.size()));
        write(StateDelta.class, delta -> bytes(delta.size()));
        write(StateSummary.class, summary -> bytes(summary.size()));
        write(
                StateChange.Full.class,
                full -> "full state of " + bytes(full.state().size()));
        write(
                StateChange.Delta.class,
                delta -> "delta of " + bytes(delta.delta().size()));
        write(Duration.class, MessageText::seconds);
        write(Boolean.class, yes -> yes ? "yes" : "no");
        write(
                Enum.class,
                constant -> words(constant.name().toLowerCase(Locale.ROOT).replace('_', ' ')));
        write(Collection.class, elements -> elements.isEmpty() ? "none" : join(elements));
        write(String.class, text -> withNames(text, nodes));
        write(Record.class, this::fields);
    }

    String of(Record message) {
        Class<?> family = message.getClass().getEnclosingClass();
        String kind = message.getClass().getSimpleName();
        return (family == null ? kind : family.getSimpleName() + "." + kind) + ": " + fields(message);
    }

    /** The text, with nodes and transactions named as in the fields. */
    private String withNames(String text, Map<PeerId, String> nodes) {
        String named = text;
        for (Map.Entry<PeerId, String> node : nodes.entrySet()) {
            named = named.replace(node.getKey().toString(), node.getValue());
        }
        for (Map.Entry<TransactionId, Integer> tx : transactions.entrySet()) {
            named = named.replace("tx=" + tx.getKey(), "tx=" + tx.getValue());
        }
        return named;
    }

    static String abbreviated(Object id) {
        return id.toString().substring(0, ABBREVIATION) + "…";
    }

    private <T> void write(Class<T> type, Function<T, String> writer) {
        writers.put(type, object -> writer.apply(type.cast(object)));
    }

    private String value(@Nullable Object object) {
        for (Map.Entry<Class<?>, Function<Object, String>> writer : writers.entrySet()) {
            if (writer.getKey().isInstance(object)) {
                return writer.getValue().apply(object);
            }
        }
        return object == null ? "none" : object.toString();
    }

    private String join(Collection<?> elements) {
        return elements.stream().map(this::value).collect(Collectors.joining("; ", "[", "]"));
    }

    private String fields(Record record) {
        List<String> fields = new ArrayList<>();
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            fields.add(label(component) + " " + value(read(component, record)));
        }
        return String.join(", ", fields);
    }

    /** The name of the field; for an id that says nothing what it names, the type. */
    private static String label(RecordComponent component) {
        boolean isContract =
                component.getType() == ContractInstanceId.class || component.getType() == ContractKey.class;
        return isContract ? "contract" : words(component.getName());
    }

    private static String words(String name) {
        return name.replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
    }

    private static String bytes(int size) {
        return size == 1 ? "1 byte" : size + " bytes";
    }

    private static String seconds(Duration duration) {
        return BigDecimal.valueOf(duration.toMillis(), 3).stripTrailingZeros().toPlainString() + " s";
    }

    private static @Nullable Object read(RecordComponent component, Record record) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException failure) {
            throw new IllegalStateException("cannot read " + component, failure);
        }
    }
}
