package dev.tributary.app.client;

import dev.tributary.app.contract.StandardStreams;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.transport.client.remote.NodeClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Unpins a contract on a running node. */
@Command(name = "unpin", description = "Unpins a contract: the node may evict it again when its budget is full.")
final class UnpinCommand extends ClientCommand {

    @Parameters(paramLabel = "KEY", description = "the contract's key")
    @SuppressWarnings("NullAway.Init") // set by the parser
    private String key;

    UnpinCommand(StandardStreams streams) {
        super(streams);
    }

    @Override
    int run(NodeClient node) {
        ContractInstanceId id = id(key);
        NodePages.unpin(node, id);
        if (json()) {
            print(new PinReport(key, false));
        } else {
            printLine("unpinned " + key);
        }
        return SUCCESS;
    }
}
