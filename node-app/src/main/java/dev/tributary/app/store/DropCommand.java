package dev.tributary.app.store;

import dev.tributary.app.config.AppConfig;
import dev.tributary.app.storage.FileContractStore;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.transport.client.remote.NodeClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Removes contracts. */
@Command(
        name = "drop",
        description = {
            "Removes contracts from the store of a stopped node, or of a running one with --api; also damaged ones.",
            "Other nodes keep their copies, and bring the contract back if this node is close to it or asks for it."
        })
final class DropCommand extends StoreCommand {

    @Parameters(arity = "1..*", paramLabel = "KEY", description = "the contract's key")
    @SuppressWarnings("NullAway.Init") // set by the parser
    private List<String> keys;

    @Option(
            names = "--api",
            paramLabel = "URL",
            description = "ask the running node with this URL of its client API, instead of opening the data directory")
    private @Nullable String api;

    DropCommand(StoreSettings settings) {
        super(settings);
    }

    record DropReport(List<String> dropped, List<String> notStored) {}

    @Override
    int run(AppConfig config) throws IOException {
        Set<ContractInstanceId> ids = new HashSet<>();
        keys.forEach(key -> ids.add(id(key)));
        String url = api;
        return url == null
                ? withStore(config, store -> drop(store, ids))
                : NodeAddress.with(url, node -> drop(ids, id -> drop(node, id)));
    }

    private int drop(FileContractStore store, Set<ContractInstanceId> ids) {
        Set<ContractInstanceId> stored =
                store.listing().blockOptional().orElseThrow().ids();
        return drop(ids, id -> {
            if (stored.contains(id)) {
                store.remove(id).block();
            }
            return stored.contains(id);
        });
    }

    private static boolean drop(NodeClient node, ContractInstanceId id) {
        return String.valueOf(node.command("/store/drop?key=" + id).block()).contains("\"dropped\":true");
    }

    /** @param drop removes a contract, and returns whether it was stored */
    private int drop(Set<ContractInstanceId> ids, Predicate<ContractInstanceId> drop) {
        List<String> dropped = new ArrayList<>();
        List<String> notStored = new ArrayList<>();
        for (ContractInstanceId id : ids) {
            (drop.test(id) ? dropped : notStored).add(id.toString());
        }
        print(new DropReport(dropped, notStored), dropped.size() + " contracts dropped");
        if (!json()) {
            notStored.forEach(id -> err().println("not stored: " + id));
        }
        return notStored.isEmpty() ? DONE : FAILED;
    }

    private ContractInstanceId id(String key) {
        try {
            return ContractInstanceId.parse(key);
        } catch (IllegalArgumentException invalid) {
            throw wrongUsage("KEY = '" + key + "': " + invalid.getMessage());
        }
    }
}
