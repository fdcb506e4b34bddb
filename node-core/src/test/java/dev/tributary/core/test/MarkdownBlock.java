package dev.tributary.core.test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A block of code in one of the repository's documents, or an indented command.
 *
 * @param language the word after the fence; {@link #COMMAND} for an indented line with a command
 */
public record MarkdownBlock(Path file, int line, String language, String text) {

    /** Language of the commands that stand in indented lines outside fences. */
    public static final String COMMAND = "command";

    /** Root of the repository, seen from a module. */
    private static final Path ROOT = Path.of("..");

    private static final Set<String> IGNORED = Set.of(".git", ".idea", "target", "node_modules", "vendor");
    private static final Pattern FENCE = Pattern.compile(" {0,3}```+ *(\\w*)\\s*");
    private static final Pattern INDENTED = Pattern.compile(" {4}(\\S.*)");

    /** All Markdown files of the repository, with paths relative to its root. */
    public static List<Path> files() throws IOException {
        try (Stream<Path> paths = Files.walk(ROOT)) {
            return paths.filter(path -> path.toString().endsWith(".md"))
                    .map(ROOT::relativize)
                    .filter(path -> Stream.iterate(path, each -> each != null, Path::getParent)
                            .noneMatch(
                                    each -> IGNORED.contains(each.getFileName().toString())))
                    .sorted()
                    .toList();
        }
    }

    /** The text of a document. */
    public static String read(Path file) throws IOException {
        return Files.readString(ROOT.resolve(file));
    }

    /** All blocks of all documents. */
    public static List<MarkdownBlock> all() throws IOException {
        List<MarkdownBlock> blocks = new ArrayList<>();
        for (Path file : files()) {
            blocks.addAll(of(file, read(file).lines().toList()));
        }
        return blocks;
    }

    /** All blocks of this language. */
    public static List<MarkdownBlock> all(String language) throws IOException {
        return all().stream().filter(block -> block.language.equals(language)).toList();
    }

    private static List<MarkdownBlock> of(Path file, List<String> lines) {
        List<MarkdownBlock> blocks = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            Matcher fence = FENCE.matcher(lines.get(i));
            Matcher indented = INDENTED.matcher(lines.get(i));
            if (fence.matches()) {
                int end = i + 1;
                while (end < lines.size() && !lines.get(end).strip().startsWith("```")) {
                    end++;
                }
                blocks.add(new MarkdownBlock(file, i + 1, fence.group(1), join(lines.subList(i + 1, end))));
                i = end;
            } else if (indented.matches() && (i == 0 || isOutsideParagraph(lines.get(i - 1)))) {
                int end = i + 1;
                while (end < lines.size() && lines.get(end - 1).endsWith("\\")) {
                    end++;
                }
                String command = String.join("\n", lines.subList(i, end));
                blocks.add(new MarkdownBlock(
                        file, i + 1, COMMAND, command.replaceAll("\\\\\n", " ").strip()));
                i = end - 1;
            }
        }
        return blocks;
    }

    /** Whether an indented line after this one begins a block, and does not continue a paragraph or a list item. */
    private static boolean isOutsideParagraph(String previous) {
        return previous.isBlank() || previous.startsWith("    ");
    }

    private static String join(List<String> lines) {
        return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
    }

    @Override
    public String toString() {
        return file + ":" + line;
    }
}
