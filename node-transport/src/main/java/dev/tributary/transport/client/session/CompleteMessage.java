package dev.tributary.transport.client.session;

import java.util.List;

/**
 * A complete message, in blocks of which only the last may be longer than its content.
 *
 * @param held number of bytes that the message counts until it is released
 */
record CompleteMessage(List<byte[]> blocks, int size, long held) {

    /** Returns whether {@link #joined} makes a copy. */
    boolean isCopied() {
        return blocks.size() != 1 || blocks.get(0).length != size;
    }

    /** Returns the message as one array. Copies several blocks: not for an event loop if it is large. */
    byte[] joined() {
        if (!isCopied()) {
            return blocks.get(0);
        }
        byte[] all = new byte[size];
        int at = 0;
        for (byte[] block : blocks) {
            int count = Math.min(block.length, size - at);
            System.arraycopy(block, 0, all, at, count);
            at += count;
        }
        return all;
    }
}
