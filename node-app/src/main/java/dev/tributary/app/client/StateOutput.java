package dev.tributary.app.client;

import dev.tributary.app.contract.Inputs;
import dev.tributary.app.contract.OutOption;
import dev.tributary.core.value.Bytes;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flag that says where a state goes. Without it it goes to standard output, unless that is a terminal. */
final class StateOutput {

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "where to write it; '-' is standard output (default: that, unless it is a terminal)")
    private @Nullable String file;

    void write(ClientCommand command, Bytes bytes) {
        if (toFile()) {
            OutOption.writeFile(String.valueOf(file), bytes);
        } else if (!lost(command)) {
            OutOption.writeStandard(command.streams().out(), bytes);
        }
    }

    /** Says something about the bytes where the bytes do not go. */
    void say(ClientCommand command, String line) {
        PrintWriter writer = beside(command);
        writer.println(line + (lost(command) ? "; to have them, use --out FILE or a pipe" : ""));
        writer.flush();
    }

    /** Where the bytes do not go. */
    PrintWriter beside(ClientCommand command) {
        return toFile() || lost(command) ? command.out() : command.err();
    }

    private boolean lost(ClientCommand command) {
        return file == null && command.streams().terminal();
    }

    private boolean toFile() {
        return file != null && !file.equals(Inputs.STANDARD);
    }
}
