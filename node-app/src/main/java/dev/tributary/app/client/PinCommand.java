package dev.tributary.app.client;

import dev.tributary.app.contract.StandardStreams;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.transport.client.remote.NodeClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Pins a contract on a running node. */
@Command(
        name = "pin",
        description = {
            "Pins a contract: the node hosts it until it is unpinned, also after restarts and when its budget is full.",
            "A contract that the node does not hold is fetched first. 'tributary contracts' shows what is pinned."
        })
final class PinCommand extends ClientCommand {

    @Parameters(paramLabel = "KEY", description = "the contract's key")
    @SuppressWarnings("NullAway.Init") // set by the parser
    private String key;

    PinCommand(StandardStreams streams) {
        super(streams);
    }

    @Override
    int run(NodeClient node) {
        ContractInstanceId id = id(key);
        NodePages.pin(node, id);
        if (json()) {
            print(new PinReport(key, true));
        } else {
            printLine("pinned " + key);
        }
        return SUCCESS;
    }
}
