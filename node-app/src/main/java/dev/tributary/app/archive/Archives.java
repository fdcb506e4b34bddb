package dev.tributary.app.archive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Opens archives: a path that ends with {@code .tar} is a tar file, any other one a directory. Methods block. */
final class Archives {

    private Archives() {}

    /** Opens an archive for writing; throws {@link ArchiveException} if that is not possible. */
    static ArchiveTarget forWriting(Path path) {
        try {
            return path.toString().endsWith(".tar") ? TarTarget.open(path) : DirectoryTarget.open(path);
        } catch (IOException e) {
            throw new ArchiveException("cannot write the archive " + path + ": " + reason(e), e);
        }
    }

    /** Opens an archive for reading; throws {@link ArchiveException} if that is not possible. */
    static ArchiveReader forReading(Path path) {
        try {
            return Files.isDirectory(path) ? DirectoryReader.open(path) : TarReader.open(path);
        } catch (IOException e) {
            throw new ArchiveException("cannot read the archive " + path + ": " + reason(e), e);
        }
    }

    /** The failure as text: the message of many file exceptions is only the name of the file. */
    static String reason(IOException failure) {
        String type = failure.getClass().getSimpleName();
        return switch (type) {
            case "NoSuchFileException" -> "it does not exist";
            case "AccessDeniedException" -> "permission denied";
            case "FileAlreadyExistsException" -> "a file of that name exists";
            default -> String.valueOf(failure.getMessage());
        };
    }
}
