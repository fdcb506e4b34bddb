package dev.tributary.app.storage.index;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;

/** Byte arrays in the form of the library's own type, which allocates whatever length a damaged file names. */
public final class RecordBytesType extends BasicDataType<byte[]> {

    public static final RecordBytesType INSTANCE = new RecordBytesType();

    private RecordBytesType() {}

    @Override
    public int getMemory(byte[] bytes) {
        return bytes.length;
    }

    @Override
    public void write(WriteBuffer buffer, byte[] bytes) {
        buffer.putVarInt(bytes.length).put(bytes);
    }

    /** Throws {@link MVStoreException} if the length goes beyond the page. */
    @Override
    public byte[] read(ByteBuffer buffer) {
        int length = DataUtils.readVarInt(buffer);
        if (length < 0 || length > buffer.remaining()) {
            throw new MVStoreException(DataUtils.ERROR_FILE_CORRUPT, "the index has an entry of " + length + " bytes");
        }
        byte[] bytes = new byte[length];
        buffer.get(bytes);
        return bytes;
    }

    @Override
    public int compare(byte[] one, byte[] other) {
        return Arrays.compareUnsigned(one, other);
    }

    @Override
    public byte[][] createStorage(int size) {
        return new byte[size][];
    }
}
