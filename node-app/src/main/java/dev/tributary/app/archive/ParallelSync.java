package dev.tributary.app.archive;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Syncs files and directories to disk. Methods block. */
final class ParallelSync {

    /** Maximum number of syncs at once: a file system commits its journal once for those that wait together. */
    private static final int THREADS = 8;

    private ParallelSync() {}

    /** Syncs a file's content, or a directory's entries. */
    static void sync(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Syncs all of them; fails with the first failure. */
    static void sync(List<Path> paths) throws IOException {
        if (paths.isEmpty()) {
            return;
        }
        ExecutorService threads = Executors.newFixedThreadPool(Math.min(THREADS, paths.size()));
        try {
            List<Callable<Boolean>> tasks = paths.stream()
                    .<Callable<Boolean>>map(path -> () -> {
                        sync(path);
                        return true;
                    })
                    .toList();
            for (Future<Boolean> each : threads.invokeAll(tasks)) {
                each.get();
            }
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof IOException e ? e : new IOException(failed.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } finally {
            threads.shutdown();
        }
    }
}
