package dev.tributary.core.simulation;

import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * About how many bytes a message would take on a wire: what it holds, found by walking its records, and a few bytes around
 * each part of it. So a new kind of message has a size without being named here.
 */
final class MessageSize {

    /** Frame, kind and checksum of the encryption. */
    private static final int FRAME = 24;

    /** What names a field and says its length. */
    private static final int FIELD = 3;

    private static final ClassValue<RecordComponent[]> COMPONENTS = new ClassValue<>() {
        @Override
        protected RecordComponent[] computeValue(Class<?> type) {
            RecordComponent[] components = type.getRecordComponents();
            for (RecordComponent component : components) {
                component.getAccessor().setAccessible(true);
            }
            return components;
        }
    };

    private MessageSize() {}

    static int of(PeerMessage message) {
        return FRAME + sizeOf(message);
    }

    private static int sizeOf(@Nullable Object part) {
        if (part == null) {
            return 0;
        } else if (part instanceof Bytes bytes) {
            return bytes.size();
        } else if (part instanceof Contract contract) {
            return contract.code().bytes().size()
                    + contract.parameters().bytes().size();
        } else if (part instanceof CharSequence text) {
            return text.toString().getBytes(StandardCharsets.UTF_8).length;
        } else if (part instanceof Collection<?> many) {
            return many.stream().mapToInt(MessageSize::sizeOf).sum();
        } else if (part instanceof Long || part instanceof Double) {
            return Long.BYTES;
        } else if (part instanceof Record holder) {
            int size = 0;
            for (RecordComponent component : COMPONENTS.get(holder.getClass())) {
                size += FIELD + sizeOf(read(component, holder));
            }
            return size;
        }
        return Integer.BYTES;
    }

    private static @Nullable Object read(RecordComponent component, Record holder) {
        try {
            return component.getAccessor().invoke(holder);
        } catch (ReflectiveOperationException broken) {
            throw new IllegalStateException("cannot read " + component, broken);
        }
    }
}
