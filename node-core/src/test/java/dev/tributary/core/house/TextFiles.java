package dev.tributary.core.house;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The project's text files other than Java sources: documents, pages, scripts, contracts in C and Rust, build files. */
final class TextFiles {

    private static final Set<String> ENDINGS =
            Set.of("md", "html", "js", "css", "c", "h", "rs", "sh", "fbs", "xml", "toml", "yml", "yaml", "properties");

    /** Scripts without an ending, and protocol transcripts. */
    private static final List<String> OTHERS = List.of(".ci/run", "node-core/transcripts");

    /** Directories with generated files or with files of other projects. */
    private static final Set<String> SKIPPED_DIRECTORIES =
            Set.of(".git", "target", "generated", "node_modules", "vendor");

    private TextFiles() {}

    /** The text of each file, by its path relative to the root. */
    static Map<Path, String> of(Path root) throws IOException {
        Map<Path, String> texts = new TreeMap<>();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                boolean isSkipped =
                        SKIPPED_DIRECTORIES.contains(directory.getFileName().toString());
                return isSkipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (isText(root.relativize(file))) {
                    texts.put(root.relativize(file), prose(file));
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return texts;
    }

    /** The text of the file; of a Markdown document without its code spans, which quote names and words. */
    private static String prose(Path file) throws IOException {
        String text = Files.readString(file);
        return file.toString().endsWith(".md") ? text.replaceAll("`[^`\\n]+`", "`code`") : text;
    }

    private static boolean isText(Path file) {
        String name = file.getFileName().toString();
        return ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1))
                || OTHERS.stream().anyMatch(file::startsWith);
    }
}
