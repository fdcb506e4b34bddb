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
 * The standard streams of a process.
 *
 * @param in standard input
 * @param out standard output for bytes; writing fails when its reader is gone
 * @param terminal true if standard output is a terminal, which should not get bytes
 */
public record StandardStreams(InputStream in, OutputStream out, boolean terminal) {

    private static final Path OUTPUT = Path.of("/dev/fd/1");
    private static final List<Path> DEVICES_WITHOUT_READER =
            List.of(Path.of("/dev/null"), Path.of("/dev/full"), Path.of("/dev/zero"));
    private static final int FILE_TYPE_MASK = 0xf000;
    private static final int CHARACTER_DEVICE = 0x2000;

    /** The streams of this process. */
    public static StandardStreams system() {
        return new StandardStreams(System.in, new FileOutputStream(FileDescriptor.out), outputIsTerminal());
    }

    /** Inspects the device: {@code System.console()} needs input and output to be terminals, and changed in Java 22. */
    @SuppressWarnings("SystemConsoleNull")
    private static boolean outputIsTerminal() {
        try {
            int mode = (int) Files.getAttribute(OUTPUT, "unix:mode");
            Path device = OUTPUT.toRealPath();
            return (mode & FILE_TYPE_MASK) == CHARACTER_DEVICE && !DEVICES_WITHOUT_READER.contains(device);
        } catch (IOException closed) {
            return false;
        } catch (UnsupportedOperationException | IllegalArgumentException otherSystem) {
            return System.console() != null;
        }
    }
}
