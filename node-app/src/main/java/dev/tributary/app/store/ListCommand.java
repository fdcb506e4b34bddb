package dev.tributary.app.store;

import dev.tributary.app.archive.ContractSource;
import dev.tributary.app.config.AppConfig;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists the stored contracts. */
@Command(
        name = "list",
        description =
                "Lists the contracts of a stopped node, one per line: key, bytes of state and parameters, time of the last"
                        + " change, and code hash. Names what cannot be read, and exits with 1 then.")
final class ListCommand extends StoreCommand {

    @Mixin
    private final SourceOption source = new SourceOption();

    ListCommand(StoreSettings settings) {
        super(settings);
    }

    @Override
    int run(AppConfig config) throws IOException {
        return source.with(config, opened -> print(opened.list()));
    }

    private int print(ContractSource.Listing listing) {
        ListReport report = ListReport.of(listing);
        if (!json()) {
            report.contracts().forEach(line -> out().println(line));
        }
        print(report, report.contracts().size() + " contracts");
        return report("cannot read", listing.defects());
    }
}
