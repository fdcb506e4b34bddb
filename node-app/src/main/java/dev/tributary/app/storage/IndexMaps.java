package dev.tributary.app.storage;

import dev.tributary.app.storage.index.RecordBytesType;
import dev.tributary.app.storage.index.ShortTextType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The types of the index's maps, and the reading of a damaged one. */
final class IndexMaps {

    private static final Logger log = LoggerFactory.getLogger(ContractIndex.class);

    private IndexMaps() {}

    static MVMap.Builder<String, String> texts() {
        return new MVMap.Builder<String, String>()
                .keyType(ShortTextType.INSTANCE)
                .valueType(ShortTextType.INSTANCE);
    }

    static MVMap.Builder<byte[], byte[]> records() {
        return new MVMap.Builder<byte[], byte[]>()
                .keyType(RecordBytesType.INSTANCE)
                .valueType(RecordBytesType.INSTANCE);
    }

    /**
     * Visits the entries of a damaged map that can be read. A page that cannot be read hides at most the rest of the entries whose keys begin with the same byte.
     */
    static void forEachReadable(MVMap<byte[], byte[]> map, BiConsumer<byte[], byte[]> action) {
        for (int first = 0; first <= 0xff; first++) {
            List<Map.Entry<byte[], byte[]>> readable = new ArrayList<>();
            try {
                Cursor<byte[], byte[]> cursor = map.cursor(new byte[] {(byte) first});
                while (cursor.hasNext()) {
                    byte[] key = cursor.next();
                    if (key.length == 0 || key[0] != (byte) first) {
                        break;
                    }
                    readable.add(Map.entry(key, cursor.getValue()));
                }
            } catch (RuntimeException | StackOverflowError | AssertionError damaged) {
                log.debug("part of the damaged index not read first-byte={}", first, damaged);
            }
            readable.forEach(entry -> action.accept(entry.getKey(), entry.getValue()));
        }
    }
}
