package dev.tributary.app.client;

import dev.tributary.app.contract.Inputs;
import dev.tributary.app.contract.OutputOption;
import dev.tributary.core.value.Bytes;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option for the destination of a state. The default is standard output, unless that is a terminal. */
final class StateOutput {

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "where to write the state; '-' is standard output (default: '-', but not to a terminal)")
    private @Nullable String file;

    void write(ClientCommand command, Bytes bytes) {
        if (writesToFile()) {
            OutputOption.writeFile(String.valueOf(file), bytes);
        } else if (!isDiscarded(command)) {
            OutputOption.writeStandard(command.streams().out(), bytes);
        }
    }

    /** Prints a line about the state to the stream that does not receive the state. */
    void printLine(ClientCommand command, String line) {
        PrintWriter writer = textWriter(command);
        writer.println(line + (isDiscarded(command) ? "; use --out FILE or a pipe to write the state" : ""));
        writer.flush();
    }

    /** Returns the writer that does not receive the state. */
    PrintWriter textWriter(ClientCommand command) {
        return writesToFile() || isDiscarded(command) ? command.out() : command.err();
    }

    private boolean isDiscarded(ClientCommand command) {
        return file == null && command.streams().terminal();
    }

    private boolean writesToFile() {
        return file != null && !file.equals(Inputs.STANDARD);
    }
}
