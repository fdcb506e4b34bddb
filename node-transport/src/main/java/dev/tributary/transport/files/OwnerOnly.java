package dev.tributary.transport.files;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/**
 * Files and directories that only their owner may read: a node's key, contracts, peers and web applications. On a file
 * system without POSIX permissions nothing is set or checked: there the permissions of the parent directory count. All
 * methods block.
 */
public final class OwnerOnly {

    private static final Set<PosixFilePermission> OWNER = EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);

    private OwnerOnly() {}

    /** The attributes of a new file beside this path: 0600. */
    public static FileAttribute<?>[] file(Path path) {
        return attributes(path, "rw-------");
    }

    /**
     * Creates the directory and its missing parents with 0700, and takes the access of other users from a directory that
     * exists.
     *
     * @throws IOException if the directory cannot be created, or is accessible to other users and stays so
     */
    public static Path createDirectories(Path directory) throws IOException {
        Path created = Files.createDirectories(directory, attributes(directory, "rwx------"));
        tighten(created);
        return created;
    }

    /**
     * Takes the access of other users from a file or directory.
     *
     * @throws IOException that names the path, its permissions and the remedy, if the file system refuses
     */
    public static void tighten(Path path) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
        if (view == null) {
            return;
        }
        Set<PosixFilePermission> found = view.readAttributes().permissions();
        if (OWNER.containsAll(found)) {
            return;
        }
        Set<PosixFilePermission> owners = EnumSet.copyOf(OWNER);
        owners.retainAll(found);
        try {
            view.setPermissions(owners);
        } catch (IOException refused) {
            throw new IOException(
                    path + " is accessible to other users (" + PosixFilePermissions.toString(found)
                            + ") and this user may not change that: run 'chmod go-rwx " + path
                            + "' as its owner, or use a directory of this user",
                    refused);
        }
    }

    /** As {@link #tighten} for a directory and all below it, without following links. */
    public static void tightenAll(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes attributes) throws IOException {
                tighten(each);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path each, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile()) {
                    tighten(each);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static FileAttribute<?>[] attributes(Path path, String permissions) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }
}
