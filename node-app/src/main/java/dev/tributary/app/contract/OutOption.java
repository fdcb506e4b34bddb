package dev.tributary.app.contract;

import dev.tributary.core.value.Bytes;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flag that says where a command's bytes go. Without it they go to standard output, unless that is a terminal. */
public final class OutOption {

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "where to write it; '-' is standard output (default: that, unless it is a terminal)")
    private @Nullable String file;

    /** Writes the bytes where they belong, and says in words what they are where the bytes do not go. */
    void write(OfflineCommand command, String what, Bytes bytes) {
        boolean lost = file == null && command.streams().terminal();
        if (toFile()) {
            writeFile(String.valueOf(file), bytes);
        } else if (!lost) {
            writeStandard(command.streams().out(), bytes);
        }
        say(
                command,
                "%s: %d bytes, SHA-256 %s%s"
                        .formatted(
                                what,
                                bytes.size(),
                                Printable.hash(bytes),
                                lost ? "; to have them, use --out FILE or a pipe" : ""));
    }

    /** Says something about the bytes where the bytes do not go. */
    void say(OfflineCommand command, String line) {
        boolean beside = toFile() || (file == null && command.streams().terminal());
        PrintWriter writer = beside ? command.out() : command.err();
        writer.println(line);
        writer.flush();
    }

    private boolean toFile() {
        return file != null && !file.equals(Inputs.STANDARD);
    }

    /** Writes a file; throws {@link UnusableException} if that cannot be done. */
    public static void writeFile(String name, Bytes bytes) {
        try {
            Files.write(Path.of(name), bytes.toArray());
        } catch (IOException | InvalidPathException failed) {
            throw new UnusableException("'" + name + "' cannot be written: " + reason(failed), failed);
        }
    }

    /** Writes to standard output; throws {@link UnusableException} if nobody reads it any more. */
    public static void writeStandard(OutputStream out, Bytes bytes) {
        try {
            out.write(bytes.toArray());
            out.flush();
        } catch (IOException closed) {
            throw new UnusableException(
                    "standard output did not take " + bytes.size() + " bytes: " + closed.getMessage(), closed);
        }
    }

    /** Many exceptions of files have only the file for a message. */
    static String reason(Exception failed) {
        if (failed instanceof NoSuchFileException) {
            return "its directory does not exist";
        } else if (failed instanceof AccessDeniedException) {
            return "that is not permitted";
        } else if (failed instanceof FileAlreadyExistsException) {
            return "there is a file of that name";
        } else if (failed instanceof FileSystemException refused && refused.getReason() != null) {
            return refused.getReason();
        }
        return String.valueOf(failed.getMessage());
    }
}
