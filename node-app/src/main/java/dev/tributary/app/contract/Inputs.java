package dev.tributary.app.contract;

import dev.tributary.core.contract.ContractLimits;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.State;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads the inputs of a command: files, and standard input once. */
public final class Inputs {

    /** The name of standard input. */
    public static final String STANDARD = "-";

    private final InputStream standard;
    private @Nullable String readAs;

    public Inputs(InputStream standard) {
        this.standard = standard;
    }

    State state(String name) {
        return state(name, "state");
    }

    State state(String name, String what) {
        return new State(read(name, what, ContractLimits.defaults().stateBytes()));
    }

    /**
     * Reads a file or standard input.
     *
     * @param what role of the file in the command, for error messages
     * @param most maximum size in bytes; at most one byte more is read, also from a pipe
     * @throws UnusableInputException that names the file, the reason and the limit
     */
    public Bytes read(String name, String what, int most) {
        try (InputStream in = open(name, what)) {
            byte[] content = in.readNBytes(most + 1);
            if (content.length > most) {
                throw new UnusableInputException(
                        "the " + what + " '" + name + "' is too large: at most " + most + " bytes are allowed");
            }
            return Bytes.wrap(content);
        } catch (NoSuchFileException missing) {
            throw new UnusableInputException("the " + what + " '" + name + "' does not exist");
        } catch (AccessDeniedException denied) {
            throw new UnusableInputException("the " + what + " '" + name + "' cannot be read: permission denied");
        } catch (InvalidPathException invalid) {
            throw new UnusableInputException(
                    "the " + what + " '" + name + "' is not a valid file name: " + invalid.getReason());
        } catch (IOException failed) {
            throw new UnusableInputException(
                    "the " + what + " '" + name + "' cannot be read: " + failed.getMessage(), failed);
        }
    }

    /** True if the name is that of a directory. */
    public static boolean isDirectory(String name) {
        try {
            return !name.equals(STANDARD) && Files.isDirectory(Path.of(name));
        } catch (InvalidPathException invalid) {
            return false;
        }
    }

    private InputStream open(String name, String what) throws IOException {
        if (name.equals(STANDARD)) {
            if (readAs != null) {
                throw new UnusableInputException("'-' is given for the " + readAs + " and for the " + what
                        + "; standard input can be read once");
            }
            readAs = what;
            return standard;
        }
        Path file = Path.of(name);
        if (Files.isDirectory(file)) {
            throw new UnusableInputException(
                    "the " + what + " '" + name + "' is a directory; a file is needed, or '-' for standard input");
        }
        return Files.newInputStream(file);
    }
}
