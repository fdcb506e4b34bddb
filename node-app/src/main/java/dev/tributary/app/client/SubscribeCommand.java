package dev.tributary.app.client;

import dev.tributary.app.contract.Inputs;
import dev.tributary.app.contract.OutOption;
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

/** Follows a state. */
@Command(
        name = "subscribe",
        description = {
            "Follows a contract's state through a running node: prints a line for the state as it is, and one for each"
                    + " change.",
            "A contract that nobody holds yet is waited for. When the node is lost, it is connected to again as often as"
                    + " it takes."
        })
final class SubscribeCommand extends ClientCommand {

    @Parameters(paramLabel = "KEY", description = "the contract's key")
    @SuppressWarnings("NullAway.Init") // set by the parser
    private String key;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description =
                    "holds the latest state, written anew with each change; '-' is standard output, which takes them"
                            + " one after the other")
    private @Nullable String file;

    @Option(names = "--content", description = "only what a document holds, or the archive of a website")
    private boolean contentOnly;

    @Option(names = "--count", paramLabel = "N", description = "end after so many states (default: never)")
    private long count = Long.MAX_VALUE;

    SubscribeCommand(StandardStreams streams) {
        super(streams);
    }

    record Facts(String key, int bytes, String sha256, long skipped, boolean interrupted) {}

    @Override
    int run(NodeClient node) {
        if (count < 1) {
            throw wrongUsage("--count = '" + count + "': must be 1 or more");
        }
        ContractInstanceId id = id(key);
        // Where nobody reads any more, as behind a pipe, there is nothing left to do.
        node.subscribe(id)
                .take(count)
                .doOnNext(this::show)
                .takeUntil(shown -> out().checkError())
                .blockLast();
        return DONE;
    }

    private void show(RemoteUpdate update) {
        clear();
        Bytes bytes = contentOnly
                ? StateContent.of(update.key().code(), update.state())
                : update.state().bytes();
        write(bytes);
        Facts facts = new Facts(key, bytes.size(), Printable.hash(bytes), update.skipped(), update.interrupted());
        if (json()) {
            print(beside(), facts, false);
            return;
        }
        PrintWriter beside = beside();
        beside.printf(
                "state of %s: %d bytes, SHA-256 %s%s%s%n",
                key,
                facts.bytes(),
                facts.sha256(),
                facts.skipped() > 0 ? ", " + facts.skipped() + " skipped" : "",
                facts.interrupted() ? ", after an interruption" : "");
        beside.flush();
    }

    private void write(Bytes bytes) {
        if (toStandard()) {
            OutOption.writeStandard(streams().out(), bytes);
        } else if (file != null) {
            OutOption.writeFile(file, bytes);
        }
    }

    /** Where the states do not go. */
    private PrintWriter beside() {
        return toStandard() ? err() : out();
    }

    private boolean toStandard() {
        return Inputs.STANDARD.equals(file);
    }
}
