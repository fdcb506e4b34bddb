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

/** The flag for the destination of binary output. The default is standard output, unless that is a terminal. */
public final class OutputOption {

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description =
                    "file for the output; '-' is standard output (default: standard output, unless it is a terminal)")
    private @Nullable String file;

    /** Writes the bytes to their destination, and prints a description of them to the other stream. */
    void write(OfflineCommand command, String what, Bytes bytes) {
        boolean discarded = file == null && command.streams().terminal();
        if (toFile()) {
            writeFile(String.valueOf(file), bytes);
        } else if (!discarded) {
            writeStandard(command.streams().out(), bytes);
        }
        print(
                command,
                "%s: %d bytes, SHA-256 %s%s"
                        .formatted(
                                what,
                                bytes.size(),
                                Printable.hash(bytes),
                                discarded ? "; to have them, use --out FILE or a pipe" : ""));
    }

    /** Prints a line to standard output if the bytes do not go there, else to standard error. */
    void print(OfflineCommand command, String line) {
        boolean isOutFree = toFile() || (file == null && command.streams().terminal());
        PrintWriter writer = isOutFree ? command.out() : command.err();
        writer.println(line);
        writer.flush();
    }

    private boolean toFile() {
        return file != null && !file.equals(Inputs.STANDARD);
    }

    /** Writes a file; throws {@link UnusableInputException} with the reason if that fails. */
    public static void writeFile(String name, Bytes bytes) {
        try {
            Files.write(Path.of(name), bytes.toArray());
        } catch (IOException | InvalidPathException failed) {
            throw new UnusableInputException("'" + name + "' cannot be written: " + reason(failed), failed);
        }
    }

    /** Writes to standard output; throws {@link UnusableInputException} if that fails, for example if the reader is gone. */
    public static void writeStandard(OutputStream out, Bytes bytes) {
        try {
            out.write(bytes.toArray());
            out.flush();
        } catch (IOException failed) {
            throw new UnusableInputException(
                    "cannot write " + bytes.size() + " bytes to standard output: " + failed.getMessage(), failed);
        }
    }

    /** The reason of a file exception, as text, since many file exceptions have only the file name as their message. */
    static String reason(Exception failed) {
        if (failed instanceof NoSuchFileException) {
            return "its directory does not exist";
        } else if (failed instanceof AccessDeniedException) {
            return "permission denied";
        } else if (failed instanceof FileAlreadyExistsException) {
            return "a file of that name exists";
        } else if (failed instanceof FileSystemException refused && refused.getReason() != null) {
            return refused.getReason();
        }
        return String.valueOf(failed.getMessage());
    }
}
