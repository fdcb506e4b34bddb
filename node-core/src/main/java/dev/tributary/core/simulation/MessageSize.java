package dev.tributary.core.simulation;

import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.PeerAddress;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Estimates the encoded size of a message in bytes: the content of its records, read by reflection, plus a fixed
 * overhead for each field. A new kind of message needs no change here.
 */
final class MessageSize {

    /** Overhead of a frame: length, message kind and authentication tag, in bytes. */
    private static final int FRAME_OVERHEAD = 24;

    /** Overhead of a field: tag and length, in bytes. */
    private static final int FIELD_OVERHEAD = 3;

    private MessageSize() {}

    static int of(PeerMessage message) {
        return FRAME_OVERHEAD + sizeOf(message);
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
        } else if (part instanceof PeerAddress address && address.isTcp()) {
            // The wire protocol does not write the default protocol.
            return FIELD_OVERHEAD + sizeOf(address.host()) + FIELD_OVERHEAD + sizeOf(address.port());
        } else if (part instanceof Collection<?> elements) {
            return elements.stream().mapToInt(MessageSize::sizeOf).sum();
        } else if (part instanceof Long || part instanceof Double) {
            return Long.BYTES;
        } else if (part instanceof Record record) {
            int size = 0;
            for (RecordComponent component : RecordReader.components(record)) {
                size += FIELD_OVERHEAD + sizeOf(RecordReader.read(component, record));
            }
            return size;
        }
        return Integer.BYTES;
    }
}
