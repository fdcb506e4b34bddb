package dev.tributary.app.client;

import dev.tributary.app.contract.Inputs;
import dev.tributary.app.contract.OutputOption;
import dev.tributary.app.contract.Printable;
import dev.tributary.app.contract.StandardStreams;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.transport.client.remote.NodeClient;
import dev.tributary.transport.client.remote.RemoteUpdate;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Subscribes to a state. */
@Command(
        name = "subscribe",
        description = {
            "Subscribes to a contract's state through a running node: prints a line for the current state and for"
                    + " each change.",
            "Waits for a contract that does not exist yet. Reconnects without limit when the connection is lost."
        })
final class SubscribeCommand extends ClientCommand {

    @Parameters(paramLabel = "KEY", description = "the contract's key")
    @SuppressWarnings("NullAway.Init") // set by the parser
    private String key;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description =
                    "receives the latest state, overwritten with each change; '-' is standard output, to which all"
                            + " states are written")
    private @Nullable String file;

    @Option(names = "--content", description = "only the content of a document, or the archive of a website")
    private boolean contentOnly;

    @Option(names = "--count", paramLabel = "N", description = "stop after N states (default: never)")
    private long count = Long.MAX_VALUE;

    SubscribeCommand(StandardStreams streams) {
        super(streams);
    }

    record UpdateReport(String key, int bytes, String sha256, long skipped, boolean interrupted) {}

    @Override
    int run(NodeClient node) {
        if (count < 1) {
            throw wrongUsage("--count = '" + count + "': must be 1 or more");
        }
        ContractInstanceId id = id(key);
        // Stops when standard output is closed, such as the end of a pipe.
        node.subscribe(id)
                .take(count)
                .doOnNext(this::show)
                .takeUntil(shown -> out().checkError())
                .blockLast();
        return SUCCESS;
    }

    private void show(RemoteUpdate update) {
        clearProgress();
        Bytes bytes = contentOnly
                ? StateContent.of(update.key().code(), update.state())
                : update.state().bytes();
        write(bytes);
        UpdateReport result =
                new UpdateReport(key, bytes.size(), Printable.hash(bytes), update.skipped(), update.interrupted());
        if (json()) {
            print(textWriter(), result, false);
            return;
        }
        PrintWriter textWriter = textWriter();
        textWriter.printf(
                "state of %s: %d bytes, SHA-256 %s%s%s%n",
                key,
                result.bytes(),
                result.sha256(),
                result.skipped() > 0 ? ", " + result.skipped() + " skipped" : "",
                result.interrupted() ? ", after an interruption" : "");
        textWriter.flush();
    }

    private void write(Bytes bytes) {
        if (writesToStandard()) {
            OutputOption.writeStandard(streams().out(), bytes);
        } else if (file != null) {
            OutputOption.writeFile(file, bytes);
        }
    }

    /** Returns the writer that does not receive the states. */
    private PrintWriter textWriter() {
        return writesToStandard() ? err() : out();
    }

    private boolean writesToStandard() {
        return Inputs.STANDARD.equals(file);
    }
}
