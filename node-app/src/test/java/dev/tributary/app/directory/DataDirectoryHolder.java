package dev.tributary.app.directory;

import java.io.IOException;
import java.nio.file.Path;

/** A process that locks a data directory until its input ends. Argument: the directory. */
final class DataDirectoryHolder {

    private DataDirectoryHolder() {}

    public static void main(String[] arguments) throws IOException {
        try (DataDirectory held = DataDirectory.open(Path.of(arguments[0]))) {
            System.out.println("holds " + held.contracts());
            while (System.in.read() >= 0) {}
        }
    }
}
