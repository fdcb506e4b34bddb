package dev.tributary.app.store;

import dev.tributary.app.archive.ContractSource;
import dev.tributary.app.archive.Defect;
import dev.tributary.app.config.AppConfig;
import dev.tributary.core.storage.StoreEntry;
import dev.tributary.core.value.ContractInstanceId;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists the stored contracts. */
@Command(
        name = "list",
        description =
                "Lists the contracts of a stopped node, one per line: key, bytes of state and parameters, time of the last"
                        + " change, and code hash.")
final class ListCommand extends StoreCommand {

    @Mixin
    private final SourceOption source = new SourceOption();

    ListCommand(StoreSettings settings) {
        super(settings);
    }

    record Line(String key, int bytes, String changed, String codeHash) {

        static Line of(StoreEntry entry) {
            return new Line(
                    entry.key().toString(),
                    entry.bytes(),
                    entry.changed().toString(),
                    entry.key().code().toString());
        }
    }

    record ListReport(List<Line> contracts, List<String> unreadable) {}

    @Override
    int run(AppConfig config) throws IOException {
        return source.with(config, opened -> print(opened.list()));
    }

    private int print(ContractSource.Listing listing) {
        List<Line> lines = listing.entries().stream()
                .map(Line::of)
                .sorted(Comparator.comparing(Line::key))
                .toList();
        List<String> unreadable =
                listing.unreadable().stream().map(ContractInstanceId::toString).toList();
        if (!json()) {
            lines.forEach(each ->
                    out().println(each.key() + "  " + each.bytes() + "  " + each.changed() + "  " + each.codeHash()));
        }
        print(new ListReport(lines, unreadable), lines.size() + " contracts");
        return report(
                "cannot read",
                unreadable.stream()
                        .map(id -> new Defect(id, "its record cannot be read"))
                        .toList());
    }
}
