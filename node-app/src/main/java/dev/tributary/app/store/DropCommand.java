package dev.tributary.app.store;

import dev.tributary.app.config.AppConfig;
import dev.tributary.app.storage.FileContractStore;
import dev.tributary.core.value.ContractInstanceId;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Removes contracts. */
@Command(
        name = "drop",
        description = {
            "Removes contracts from the store of a stopped node.",
            "Other nodes keep their copies, and bring the contract back if this node is close to it or asks for it."
        })
final class DropCommand extends StoreCommand {

    @Parameters(arity = "1..*", paramLabel = "KEY", description = "the contract's key")
    @SuppressWarnings("NullAway.Init") // set by the parser
    private List<String> keys;

    DropCommand(StoreSettings settings) {
        super(settings);
    }

    record DropReport(List<String> dropped, List<String> notStored) {}

    @Override
    int run(AppConfig config) throws IOException {
        Set<ContractInstanceId> ids = new HashSet<>(keys.stream().map(this::id).toList());
        return withStore(config, store -> drop(store, ids));
    }

    private int drop(FileContractStore store, Set<ContractInstanceId> ids) {
        Set<ContractInstanceId> stored =
                store.ids().toStream().filter(ids::contains).collect(Collectors.toSet());
        stored.forEach(id -> store.remove(id).block());
        List<String> dropped = stored.stream().map(ContractInstanceId::toString).toList();
        ids.removeAll(stored);
        List<String> notStored = ids.stream().map(ContractInstanceId::toString).toList();
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
