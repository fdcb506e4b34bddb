package dev.tributary.app.store;

import dev.tributary.app.archive.ContractSource;
import dev.tributary.app.archive.Defect;
import dev.tributary.core.storage.StoreEntry;
import dev.tributary.core.value.ContractInstanceId;
import java.util.Comparator;
import java.util.List;

/**
 * The contracts of a store, as JSON.
 *
 * @param contracts those whose record can be read, by key
 * @param unreadable ids of those whose record cannot be read
 * @param hidden what may hide further contracts
 */
record ListReport(List<Line> contracts, List<String> unreadable, List<Defect> hidden) {

    static ListReport of(ContractSource.Listing listing) {
        return new ListReport(
                listing.entries().stream()
                        .map(Line::of)
                        .sorted(Comparator.comparing(Line::key))
                        .toList(),
                listing.unreadable().stream().map(ContractInstanceId::toString).toList(),
                listing.hidden());
    }

    /** One contract. */
    record Line(String key, int bytes, String changed, String codeHash) {

        private static Line of(StoreEntry entry) {
            return new Line(
                    entry.key().toString(),
                    entry.bytes(),
                    entry.changed().toString(),
                    entry.key().code().toString());
        }

        @Override
        public String toString() {
            return key + "  " + bytes + "  " + changed + "  " + codeHash;
        }
    }
}
