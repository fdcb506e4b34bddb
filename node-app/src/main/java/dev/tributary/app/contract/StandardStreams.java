package dev.tributary.app.contract;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a process is connected to.
 *
 * @param in standard input
 * @param out standard output, for bytes; it tells when nobody reads it any more
 * @param terminal whether a person looks at the output, to whom bytes are of no use
 */
public record StandardStreams(InputStream in, OutputStream out, boolean terminal) {

    private static final Path OUTPUT = Path.of("/dev/fd/1");
    private static final List<Path> NOBODY = List.of(Path.of("/dev/null"), Path.of("/dev/full"), Path.of("/dev/zero"));
    private static final int KIND_OF_FILE = 0xf000;
    private static final int CHARACTER_DEVICE = 0x2000;

    /** Those of this process. */
    public static StandardStreams system() {
        return new StandardStreams(System.in, new FileOutputStream(FileDescriptor.out), outputIsTerminal());
    }

    /** Java itself only tells whether input and output are a terminal both, and from 22 on not even that. */
    @SuppressWarnings("SystemConsoleNull")
    private static boolean outputIsTerminal() {
        try {
            int mode = (int) Files.getAttribute(OUTPUT, "unix:mode");
            Path device = OUTPUT.toRealPath();
            return (mode & KIND_OF_FILE) == CHARACTER_DEVICE && !NOBODY.contains(device);
        } catch (IOException closed) {
            return false;
        } catch (UnsupportedOperationException | IllegalArgumentException otherSystem) {
            return System.console() != null;
        }
    }
}
