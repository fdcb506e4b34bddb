package dev.tributary.app.client;

import dev.tributary.app.contract.Printable;
import dev.tributary.app.contract.StandardContract;
import dev.tributary.app.contract.StandardStreams;
import dev.tributary.transport.client.remote.NodeClient;
import java.util.Arrays;
import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;

/** Shows what a running node holds. */
@Command(
        name = "contracts",
        description =
                "Shows what a running node holds, a line each: key, bytes of state and parameters, kind if it is a"
                        + " standard contract.")
final class ContractsCommand extends ClientCommand {

    ContractsCommand(StandardStreams streams) {
        super(streams);
    }

    @Override
    int run(NodeClient node) {
        JsonNode contracts = NodePage.contracts(node).path("contracts");
        if (json()) {
            print(contracts);
            return DONE;
        }
        for (JsonNode each : contracts) {
            out().println(Printable.line(each.path("key").asString("") + "  "
                            + each.path("bytes").asString("") + "  "
                            + kind(each.path("codeHash").asString("")))
                    .stripTrailing());
        }
        out().printf("%d contracts%n", contracts.size());
        out().flush();
        return DONE;
    }

    private static String kind(String codeHash) {
        return Arrays.stream(StandardContract.values())
                .filter(each -> each.code().hash().toString().equals(codeHash))
                .map(StandardContract::toString)
                .findFirst()
                .orElse("");
    }
}
