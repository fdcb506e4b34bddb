package dev.tributary.app.storage;

import dev.tributary.app.storage.index.RecordBytesType;
import dev.tributary.app.storage.index.ShortTextType;
import org.h2.mvstore.MVMap;

/** The types of the index's maps. */
final class IndexMaps {

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
}
