package dev.tributary.app.client;

import dev.tributary.app.contract.Printable;
import dev.tributary.app.contract.StandardStreams;
import dev.tributary.transport.client.remote.NodeClient;
import java.util.Locale;
import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;

/** Lists the neighbours of a running node. */
@Command(
        name = "peers",
        description = "Lists the neighbours of a running node, one per line: peer id, address, direction, location.")
final class PeersCommand extends ClientCommand {

    PeersCommand(StandardStreams streams) {
        super(streams);
    }

    @Override
    int run(NodeClient node) {
        JsonNode peers = NodePages.status(node).path("neighbours");
        if (json()) {
            print(peers);
            return SUCCESS;
        }
        for (JsonNode peer : peers) {
            out().println(Printable.line(String.join(
                    "  ",
                    peer.path("peer").asString(""),
                    peer.path("address").asString(""),
                    peer.path("direction").asString("").toLowerCase(Locale.ROOT),
                    peer.path("location").asString(""))));
        }
        out().printf("%d neighbours%n", peers.size());
        out().flush();
        return SUCCESS;
    }
}
