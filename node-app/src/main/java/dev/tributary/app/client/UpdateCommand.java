package dev.tributary.app.client;

import dev.tributary.app.contract.Printable;
import dev.tributary.app.contract.StandardStreams;
import dev.tributary.core.contract.ContractLimits;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDelta;
import dev.tributary.transport.client.message.ClientAnswer.UpdateAnswer;
import dev.tributary.transport.client.remote.NodeClient;
import java.util.Objects;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Updates a state. */
@Command(
        name = "update",
        description = "Updates a contract's state through a running node: merges a state or a delta into it.")
final class UpdateCommand extends ClientCommand {

    @Parameters(index = "0", paramLabel = "KEY", description = "the contract's key")
    @SuppressWarnings("NullAway.Init") // set by the parser
    private String key;

    @Parameters(index = "1", paramLabel = "FILE", description = "the change; '-' is standard input")
    @SuppressWarnings("NullAway.Init") // set by the parser
    private String file;

    @Option(names = "--delta", description = "FILE is a delta in the format of the contract, not a full state")
    private boolean delta;

    UpdateCommand(StandardStreams streams) {
        super(streams);
    }

    record UpdateReport(String key, int bytes, String summary) {}

    @Override
    int run(NodeClient node) {
        ContractInstanceId id = id(key);
        int limit = ContractLimits.defaults().stateBytes();
        Bytes bytes = inputs().read(file, delta ? "delta" : "state", limit);
        StateChange change =
                delta ? new StateChange.Delta(new StateDelta(bytes)) : new StateChange.Full(new State(bytes));
        UpdateAnswer answer = Objects.requireNonNull(node.update(id, change).block());
        Bytes summary = answer.summary().bytes();
        if (json()) {
            print(new UpdateReport(key, bytes.size(), summary.toHex()));
        } else {
            printLine("updated %s; the summary of the node's state has %d bytes, SHA-256 %s"
                    .formatted(key, summary.size(), Printable.hash(summary)));
        }
        return SUCCESS;
    }
}
