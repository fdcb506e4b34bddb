package dev.tributary.app.archive;

import java.nio.file.Path;
import java.util.List;

/**
 * What a backup did.
 *
 * @param contracts number of contracts in the archive afterwards that the source had
 * @param written number of those whose state was written
 * @param unchanged number of those whose state was there already
 * @param bytes number of bytes of states and code written
 * @param removed number of contracts removed because the source has them no more
 * @param failures contracts that the source could not read; an earlier copy in the archive is kept
 */
public record BackupReport(int contracts, int written, int unchanged, long bytes, int removed, List<Defect> failures) {

    /** The numbers in one line, with the archive's name. */
    public String line(Path archive) {
        return "%d contracts in %s: %d states written, %d unchanged, %d contracts removed, %d bytes written"
                .formatted(contracts, archive, written, unchanged, removed, bytes);
    }
}
