package dev.tributary.app.storage;

import dev.tributary.core.error.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A file with a secret: readable by its owner only, whole or not there. */
public final class KeyFile {

    private static final Set<PosixFilePermission> OWNERS =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    private static final long LARGEST = 1 << 20;

    private final Path file;

    public KeyFile(Path file) {
        this.file = file;
    }

    /**
     * The key, made and written if there is none yet.
     *
     * @param create gives the encoded form of a new key
     * @param decode reads the encoded form, or throws an unchecked exception that says what is wrong with it
     * @throws StorageException that names the file and the remedy, if it is damaged or others may read it
     */
    public <T> T loadOrCreate(Supplier<byte[]> create, Function<byte[], T> decode) {
        T key = load(decode);
        if (key != null) {
            return key;
        }
        byte[] encoded = create.get();
        try {
            new PrivateFile(file).write(encoded);
        } catch (IOException e) {
            throw new StorageException("cannot write the key file " + file, e);
        }
        return decode(encoded, decode);
    }

    <T> @Nullable T load(Function<byte[], T> decode) {
        try {
            requireSecrecy();
            if (Files.size(file) > LARGEST) {
                throw damaged("it has " + Files.size(file) + " bytes", null);
            }
            return decode(Files.readAllBytes(file), decode);
        } catch (NoSuchFileException none) {
            return null;
        } catch (IOException e) {
            throw new StorageException("cannot read the key file " + file, e);
        }
    }

    private <T> T decode(byte[] encoded, Function<byte[], T> decode) {
        try {
            return decode.apply(encoded);
        } catch (RuntimeException e) {
            throw damaged(e.getMessage(), e);
        }
    }

    private StorageException damaged(@Nullable String how, @Nullable Exception cause) {
        String what = "the key file " + file + " is damaged (" + how
                + "): put a copy of it back, or move it away to start with a new identity";
        StorageException damaged = new StorageException(what);
        if (cause != null) {
            damaged.initCause(cause);
        }
        return damaged;
    }

    private void requireSecrecy() throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (view == null) {
            return;
        }
        Set<PosixFilePermission> permissions = view.readAttributes().permissions();
        if (permissions.stream()
                .anyMatch(permission ->
                        !OWNERS.contains(permission) && permission != PosixFilePermission.OWNER_EXECUTE)) {
            throw new StorageException("the key file " + file + " is open to others ("
                    + PosixFilePermissions.toString(permissions) + "): run 'chmod 600 " + file
                    + "', and if others may have read it, move it away to start with a new identity");
        }
    }
}
