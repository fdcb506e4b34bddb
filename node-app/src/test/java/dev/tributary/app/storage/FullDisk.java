package dev.tributary.app.storage;

import dev.tributary.core.value.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicBoolean;
import org.h2.store.fs.FileBaseDefault;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;

/** A disk that can be made full: writes of blobs and of the index then fail half-way. */
final class FullDisk extends Disk {

    private static final String SCHEME = "full";

    /** Static, since the index library creates the paths itself. */
    private static final AtomicBoolean INDEX_FULL = new AtomicBoolean();

    private volatile boolean blobsFull;

    FullDisk() {
        INDEX_FULL.set(false);
        FilePath.register(new FullPath());
    }

    /** Makes all further writes fail. */
    void fill() {
        blobsFull = true;
        INDEX_FULL.set(true);
    }

    /** Makes all further writes of blob files fail, but not those of the index. */
    void fillExceptIndex() {
        blobsFull = true;
    }

    /** Makes further writes succeed again. */
    void freeSpace() {
        blobsFull = false;
        INDEX_FULL.set(false);
    }

    @Override
    void write(Path file, Bytes bytes) throws IOException {
        if (blobsFull) {
            Files.write(file, new byte[bytes.size() / 2], StandardOpenOption.CREATE_NEW);
            throw full();
        }
        super.write(file, bytes);
    }

    @Override
    String indexName(Path file) {
        return SCHEME + ":" + file;
    }

    private static IOException full() {
        return new IOException("No space left on device");
    }

    /** The path of the index file. Public, since the index library creates instances. */
    public static final class FullPath extends FilePathWrapper {

        @Override
        public FileChannel open(String mode) throws IOException {
            return new FullChannel(getBase().open(mode));
        }

        @Override
        public String getScheme() {
            return SCHEME;
        }
    }

    /** A channel that writes only half of the bytes and fails when the disk is full. */
    private static final class FullChannel extends FileBaseDefault {

        private final FileChannel file;

        FullChannel(FileChannel file) {
            this.file = file;
        }

        @Override
        public synchronized int write(ByteBuffer bytes, long position) throws IOException {
            if (INDEX_FULL.get()) {
                file.write(bytes.slice(bytes.position(), bytes.remaining() / 2), position);
                throw full();
            }
            return file.write(bytes, position);
        }

        @Override
        public synchronized int read(ByteBuffer bytes, long position) throws IOException {
            return file.read(bytes, position);
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        protected void implTruncate(long size) throws IOException {
            file.truncate(size);
        }

        @Override
        public void force(boolean metadata) throws IOException {
            file.force(metadata);
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) throws IOException {
            return file.tryLock(position, size, shared);
        }

        @Override
        public void implCloseChannel() throws IOException {
            file.close();
        }
    }
}
