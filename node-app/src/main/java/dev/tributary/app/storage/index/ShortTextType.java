package dev.tributary.app.storage.index;

import java.nio.ByteBuffer;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;

/**
 * Texts of up to 15 characters in a map of the index, in the form that the library's untyped maps give them. The untyped
 * maps would also read, and create, any serialised Java object that stands in a file.
 */
public final class ShortTextType extends BasicDataType<String> {

    public static final ShortTextType INSTANCE = new ShortTextType();

    private static final int MAX_LENGTH = 15;

    /** The first byte of a text without characters; each character adds one. */
    private static final int FIRST_BYTE = 88;

    private ShortTextType() {}

    @Override
    public int getMemory(String text) {
        return 24 + 2 * text.length();
    }

    @Override
    public void write(WriteBuffer buffer, String text) {
        if (text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("a text has at most " + MAX_LENGTH + " characters: " + text);
        }
        buffer.put((byte) (FIRST_BYTE + text.length())).putStringData(text, text.length());
    }

    /** Throws {@link MVStoreException} if something else than a short text stands there. */
    @Override
    public String read(ByteBuffer buffer) {
        int length = buffer.get() - FIRST_BYTE;
        if (length < 0 || length > MAX_LENGTH) {
            throw new MVStoreException(
                    DataUtils.ERROR_FILE_CORRUPT,
                    "the index has an entry of type " + (length + FIRST_BYTE) + " where a short text is expected");
        }
        return DataUtils.readString(buffer, length);
    }

    @Override
    public int compare(String one, String other) {
        return one.compareTo(other);
    }

    @Override
    public String[] createStorage(int size) {
        return new String[size];
    }
}
