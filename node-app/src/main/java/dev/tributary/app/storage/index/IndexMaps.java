package dev.tributary.app.storage.index;

import org.h2.mvstore.MVMap;

/** The types of the index's maps. */
public final class IndexMaps {

    private IndexMaps() {}

    /** A map of short texts. */
    public static MVMap.Builder<String, String> texts() {
        return new MVMap.Builder<String, String>()
                .keyType(ShortTextType.INSTANCE)
                .valueType(ShortTextType.INSTANCE);
    }

    /** A map of records by their keys. */
    public static MVMap.Builder<byte[], byte[]> records() {
        return new MVMap.Builder<byte[], byte[]>()
                .keyType(RecordBytesType.INSTANCE)
                .valueType(RecordBytesType.INSTANCE);
    }
}
