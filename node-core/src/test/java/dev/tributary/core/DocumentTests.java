package dev.tributary.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.test.MarkdownBlock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks that the documents name what exists: languages of blocks, files, headings, packages, types and members. */
class DocumentTests {

    private static final Path ROOT = Path.of("..");

    /** Names old types on purpose. */
    private static final Path CHANGELOG = Path.of(".github", "CHANGELOG.md");

    private static final Pattern LINK = Pattern.compile("]\\((?!https?:)([^)#]*)(?:#([^)]*))?\\)");
    private static final Pattern QUALIFIED =
            Pattern.compile("`((?:core|transport|app)(?:\\.[a-z]+)+)(?:\\.([A-Z]\\w*))?`");
    private static final Pattern TYPE = Pattern.compile("`([A-Z][a-z]+[A-Z]\\w+)(?:\\.(\\w+))?(?:\\(\\))?`");

    /** Types of the JDK and of libraries. */
    private static final Set<String> FOREIGN_TYPES = Set.of("StepVerifier", "VirtualTimeScheduler", "BlockHound");

    @Test
    void everyBlockNamesALanguageThatSomeTestCovers() throws IOException {
        assertThat(MarkdownBlock.all())
                .allSatisfy(block -> assertThat(block.language())
                        .as("language of the block at %s", block)
                        .isIn("java", "console", "toml", "text", MarkdownBlock.COMMAND));
    }

    @Test
    void linksLeadToFilesAndHeadings() throws IOException {
        for (Path file : MarkdownBlock.files()) {
            for (MatchResult link :
                    LINK.matcher(MarkdownBlock.read(file)).results().toList()) {
                Path target = link.group(1).isEmpty()
                        ? file
                        : file.resolveSibling(link.group(1)).normalize();
                assertThat(ROOT.resolve(target))
                        .as("%s links to %s", file, link.group())
                        .exists();
                if (link.group(2) != null) {
                    assertThat(anchors(target))
                            .as("%s links to %s", file, link.group())
                            .contains(link.group(2));
                }
            }
        }
    }

    private static List<String> anchors(Path file) throws IOException {
        return MarkdownBlock.read(file)
                .lines()
                .filter(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT))
                .map(title -> title.replaceAll("[^\\w\\- ]", "").replace(' ', '-'))
                .toList();
    }

    @Test
    void packagesTypesAndMembersExist() throws IOException {
        Map<String, List<Path>> sources = sources();
        for (Path document : MarkdownBlock.files()) {
            if (!document.equals(CHANGELOG)) {
                String text = MarkdownBlock.read(document);
                QUALIFIED.matcher(text).results().forEach(name -> checkQualified(document, name, sources));
                TYPE.matcher(text).results().forEach(name -> checkType(document, name, sources));
            }
        }
    }

    private static void checkQualified(Path document, MatchResult name, Map<String, List<Path>> sources) {
        Path directory = Path.of("dev", "tributary", name.group(1).replace('.', '/'));
        String file = name.group(2) == null ? "package-info" : name.group(2);
        assertThat(sources.getOrDefault(file, List.of()).stream()
                        .anyMatch(path -> path.endsWith(directory.resolve(file + ".java"))))
                .as("%s names %s", document, name.group())
                .isTrue();
    }

    private static void checkType(Path document, MatchResult name, Map<String, List<Path>> sources) {
        if (!FOREIGN_TYPES.contains(name.group(1))) {
            String member = name.group(2) == null ? name.group(1) : name.group(2);
            assertThat(sources.getOrDefault(name.group(1), List.of()))
                    .as("%s names %s", document, name.group())
                    .anySatisfy(path -> assertThat(read(path)).containsPattern("\\b" + member + "\\b"));
        }
    }

    private static String read(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The source files of all modules, tests included, by type. */
    private static Map<String, List<Path>> sources() throws IOException {
        Map<String, List<Path>> sources = new HashMap<>();
        for (String module : List.of("node-core", "node-transport", "node-app")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src"))) {
                files.filter(path -> path.toString().endsWith(".java"))
                        .forEach(path -> sources.computeIfAbsent(
                                        path.getFileName().toString().replace(".java", ""), unused -> new ArrayList<>())
                                .add(path));
            }
        }
        return sources;
    }
}
