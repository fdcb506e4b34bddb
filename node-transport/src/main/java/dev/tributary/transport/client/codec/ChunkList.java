package dev.tributary.transport.client.codec;

import dev.tributary.core.value.Bytes;
import dev.tributary.transport.client.message.StreamChunk;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.function.Function;

/** A message split into chunks. */
final class ChunkList extends AbstractList<byte[]> {

    private final byte[] encoded;
    private final long stream;
    private final int total;
    private final Function<StreamChunk, byte[]> encode;

    ChunkList(byte[] encoded, long stream, Function<StreamChunk, byte[]> encode) {
        this.encoded = encoded;
        this.stream = stream;
        this.total = (encoded.length + ChunkAssembler.CHUNK_BYTES - 1) / ChunkAssembler.CHUNK_BYTES;
        this.encode = encode;
    }

    @Override
    public byte[] get(int index) {
        int start = index * ChunkAssembler.CHUNK_BYTES;
        int end = Math.min(start + ChunkAssembler.CHUNK_BYTES, encoded.length);
        Bytes data = Bytes.wrap(Arrays.copyOfRange(encoded, start, end));
        return encode.apply(new StreamChunk(stream, index, total, data));
    }

    @Override
    public int size() {
        return total;
    }
}
