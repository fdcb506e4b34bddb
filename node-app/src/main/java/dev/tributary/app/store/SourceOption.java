package dev.tributary.app.store;

import dev.tributary.app.archive.ContractSource;
import dev.tributary.app.config.AppConfig;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flag that chooses a running node instead of a data directory. */
final class SourceOption {

    @Option(
            names = "--api",
            paramLabel = "URL",
            description = "ask the running node with this URL of its client API, instead of opening the data directory")
    private @Nullable String api;

    /** What a command does with the contracts; returns the exit code. */
    interface SourceAction {
        int run(ContractSource source) throws IOException;
    }

    /** Runs the action with the contracts of the chosen node. */
    int with(AppConfig config, SourceAction action) throws IOException {
        String url = api;
        return url == null
                ? StoreCommand.withStoreToRead(config, store -> action.run(new StoreSource(store)))
                : NodeAddress.with(url, node -> action.run(new NodeSource(node)));
    }
}
