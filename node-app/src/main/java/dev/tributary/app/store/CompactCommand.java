package dev.tributary.app.store;

import dev.tributary.app.config.AppConfig;
import dev.tributary.app.directory.DataDirectory;
import dev.tributary.app.storage.FileContractStore;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;

/** Compacts the index. */
@Command(
        name = "compact",
        description =
                "Rewrites the index of a stopped node so that it takes no more space than its content, and prints the bytes"
                        + " of the store before and after. A running node does this by itself, a little at a time.")
final class CompactCommand extends StoreCommand {

    CompactCommand(StoreSettings settings) {
        super(settings);
    }

    record CompactReport(long bytesBefore, long bytesAfter) {}

    @Override
    int run(AppConfig config) throws IOException {
        try (DataDirectory directory = existing(config)) {
            long before = bytesIn(directory.contracts());
            FileContractStore.compact(directory.contracts(), config.storage());
            CompactReport report = new CompactReport(before, bytesIn(directory.contracts()));
            print(report, "%d bytes before, %d bytes after".formatted(report.bytesBefore(), report.bytesAfter()));
            return DONE;
        }
    }

    private static long bytesIn(Path directory) throws IOException {
        AtomicLong bytes = new AtomicLong();
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                bytes.addAndGet(attributes.size());
                return FileVisitResult.CONTINUE;
            }
        });
        return bytes.get();
    }
}
