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
                        + " kind of a standard contract, and 'pinned'. Names what the node cannot read, and exits with 1"
                        + " then.")
final class ContractsCommand extends ClientCommand {

    ContractsCommand(StandardStreams streams) {
        super(streams);
    }

    @Override
    int run(NodeClient node) {
        JsonNode page = NodePages.contracts(node);
        JsonNode contracts = page.path("contracts");
        if (json()) {
            print(contracts);
            return reportUnreadable(page);
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
        return reportUnreadable(page);
    }

    private int reportUnreadable(JsonNode page) {
        page.path("unreadable")
                .forEach(id ->
                        err().println(Printable.line("cannot read " + id.asString("") + ": its entry is damaged")));
        page.path("hidden")
                .forEach(part -> err().println(Printable.line("cannot read "
                        + part.path("contracts").asString("") + ": "
                        + part.path("reason").asString(""))));
        err().flush();
        return page.path("unreadable").isEmpty() && page.path("hidden").isEmpty() ? SUCCESS : NEGATIVE_ANSWER;
    }

    private static String kind(String codeHash) {
        return Arrays.stream(StandardContract.values())
                .filter(contract -> contract.code().hash().toString().equals(codeHash))
                .map(StandardContract::toString)
                .findFirst()
                .orElse("");
    }
}
