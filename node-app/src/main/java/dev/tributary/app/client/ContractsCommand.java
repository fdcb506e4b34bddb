package dev.tributary.app.client;

import dev.tributary.app.contract.Printable;
import dev.tributary.app.contract.StandardContract;
import dev.tributary.app.contract.StandardStreams;
import dev.tributary.transport.client.remote.NodeClient;
import java.util.Arrays;
import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;

/** Lists the contracts that a running node stores. */
@Command(
        name = "contracts",
        description =
                "Lists the contracts that a running node stores, one per line: key, bytes of state and parameters, the"
                        + " kind of a standard contract, and 'pinned'.")
final class ContractsCommand extends ClientCommand {

    ContractsCommand(StandardStreams streams) {
        super(streams);
    }

    @Override
    int run(NodeClient node) {
        JsonNode contracts = NodePages.contracts(node).path("contracts");
        if (json()) {
            print(contracts);
            return SUCCESS;
        }
        for (JsonNode contract : contracts) {
            out().println(Printable.line(contract.path("key").asString("") + "  "
                            + contract.path("bytes").asString("") + "  "
                            + kind(contract.path("codeHash").asString(""))
                            + (contract.path("pinned").asBoolean(false) ? "  pinned" : ""))
                    .stripTrailing());
        }
        out().printf("%d contracts%n", contracts.size());
        out().flush();
        return SUCCESS;
    }

    private static String kind(String codeHash) {
        return Arrays.stream(StandardContract.values())
                .filter(contract -> contract.code().hash().toString().equals(codeHash))
                .map(StandardContract::toString)
                .findFirst()
                .orElse("");
    }
}
