package dev.tributary.app.client;

import dev.tributary.app.contract.Printable;
import dev.tributary.app.contract.StandardStreams;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.transport.client.message.ClientAnswer.GetAnswer;
import dev.tributary.transport.client.remote.NodeClient;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Fetches a state. */
@Command(name = "get", description = "Fetches a contract's state through a running node.")
final class GetCommand extends ClientCommand {

    @Parameters(paramLabel = "KEY", description = "the contract's key")
    @SuppressWarnings("NullAway.Init") // set by the parser
    private String key;

    @Mixin
    private final StateOutput output = new StateOutput();

    @Option(
            names = "--content",
            description =
                    "only the content of a document, or the archive of a website, without the contract's own data")
    private boolean contentOnly;

    GetCommand(StandardStreams streams) {
        super(streams);
    }

    record GetReport(String key, String codeHash, int bytes, String sha256) {}

    @Override
    int run(NodeClient node) {
        ContractInstanceId id = id(key);
        @Nullable GetAnswer found = node.get(id).block();
        clearProgress();
        if (found == null) {
            err().println("not found: no queried node has contract " + id);
            return NEGATIVE_ANSWER;
        }
        Bytes bytes = contentOnly
                ? StateContent.of(found.key().code(), found.state())
                : found.state().bytes();
        GetReport result = new GetReport(key, found.key().code().toString(), bytes.size(), Printable.hash(bytes));
        output.write(this, bytes);
        if (json()) {
            print(output.textWriter(this), result, true);
        } else {
            output.printLine(this, "found %s: %d bytes, SHA-256 %s".formatted(key, bytes.size(), result.sha256()));
        }
        return SUCCESS;
    }
}
