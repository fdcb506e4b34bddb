package dev.tributary.app.directory;

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

/** A file with a private key: readable by its owner only, and written atomically. */
public final class KeyFile {

    private static final Set<PosixFilePermission> OWNER_READ_WRITE =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    private static final long MAX_BYTES = 1 << 20;

    private final Path file;

    public KeyFile(Path file) {
        this.file = file;
    }

    /**
     * The key; created and written if the file is missing. Blocks.
     *
     * @param create returns a new key in its encoded form
     * @param decode decodes a key, or throws an unchecked exception whose message names the defect
     * @throws StorageException that names the file and the remedy, if it is damaged or readable by other users
     */
    public <T> T loadOrCreate(Supplier<byte[]> create, Function<byte[], T> decode) {
        T key = load(decode);
        if (key != null) {
            return key;
        }
        byte[] encoded = create.get();
        try {
            new OwnerOnlyFile(file).write(encoded);
        } catch (IOException e) {
            throw new StorageException("cannot write the key file " + file, e);
        }
        return decode(encoded, decode);
    }

    <T> @Nullable T load(Function<byte[], T> decode) {
        try {
            requireOwnerOnly();
            if (Files.size(file) > MAX_BYTES) {
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

    private StorageException damaged(@Nullable String defect, @Nullable Exception cause) {
        String message = "the key file " + file + " is damaged (" + defect
                + "): restore it from a backup, or move it away to start with a new identity";
        StorageException damaged = new StorageException(message);
        if (cause != null) {
            damaged.initCause(cause);
        }
        return damaged;
    }

    private void requireOwnerOnly() throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (view == null) {
            return;
        }
        Set<PosixFilePermission> permissions = view.readAttributes().permissions();
        if (permissions.stream()
                .anyMatch(permission ->
                        !OWNER_READ_WRITE.contains(permission) && permission != PosixFilePermission.OWNER_EXECUTE)) {
            throw new StorageException("the key file " + file + " is accessible to other users ("
                    + PosixFilePermissions.toString(permissions) + "): run 'chmod 600 " + file
                    + "', and if another user may have read it, move it away to start with a new identity");
        }
    }
}
