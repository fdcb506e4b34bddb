package dev.tributary.app.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.h2.mvstore.MVStore;

/** Makes a closed store one of the first format: without commit records and without the file beside the index. */
final class FirstFormat {

    private FirstFormat() {}

    static void convert(Path store) throws IOException {
        try (MVStore index = MVStore.open(store.resolve("index.mv").toString())) {
            index.openMap("tributary").put("format", "1");
            index.removeMap("commits");
        }
        Files.delete(store.resolve("generation"));
    }
}
