package dev.tributary.app.client;

import dev.tributary.app.contract.Printable;
import dev.tributary.app.contract.StandardStreams;
import dev.tributary.transport.client.remote.NodeClient;
import java.util.Locale;
import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;

/** Shows whom a running node is linked to. */
@Command(
        name = "peers",
        description = "Shows whom a running node is linked to, a line each: peer id, address, who dialled, location.")
final class PeersCommand extends ClientCommand {

    PeersCommand(StandardStreams streams) {
        super(streams);
    }

    @Override
    int run(NodeClient node) {
        JsonNode peers = NodePage.status(node).path("neighbours");
        if (json()) {
            print(peers);
            return DONE;
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
        return DONE;
    }
}
