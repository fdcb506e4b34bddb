package dev.tributary.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.app.demo.NodeChild;
import dev.tributary.app.demo.PackagedProgram;
import dev.tributary.core.test.MarkdownBlock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs the console blocks of all documents in a shell, with the jar and a running node, and compares their output. Each
 * block starts in an empty directory.
 */
@Timeout(300)
@EnabledOnOs({OS.LINUX, OS.MAC})
class ReadmeIntegrationTests {

    /** Pattern of contract keys and hashes, which differ in each run. */
    private static final String HASHES = "[0-9a-f]{64}|[1-9A-HJ-NP-Za-km-z]{43,44}";

    /** Pattern of the node's port and of times, which differ in each run. */
    private static final String NUMBERS = "127\\.0\\.0\\.1:\\d+|version \\d{10}";

    @TempDir
    private Path directory;

    private String api = "";

    @ParameterizedTest
    @MethodSource("consoleBlocks")
    void commandsPrintWhatTheDocumentShows(MarkdownBlock block) throws Exception {
        installProgram();
        List<String> settings = new ArrayList<>(NodeChild.NO_PUZZLE);
        settings.addAll(List.of("--client-port", "0"));
        NodeChild node = NodeChild.start(
                PackagedProgram.forNodes(), directory.resolve("node"), "127.0.0.1:0", List.of(), "512m", settings);
        try {
            api = node.readReply().field("api");
            List<String> examples = examples(block);
            assertThat(examples).hasSizeGreaterThan(6);
            runAll(examples);
        } finally {
            node.stop();
        }
    }

    @Test
    void documentsShowCommandsOfANodeAndOfContracts() throws IOException {
        assertThat(consoleBlocks())
                .anyMatch(block -> block.text().contains("$ tributary put "))
                .anyMatch(block -> block.text().contains("$ tributary contract new ")
                        && examples(block).size() > 8);
    }

    /** The console blocks of all documents. */
    static List<MarkdownBlock> consoleBlocks() throws IOException {
        return MarkdownBlock.all("console");
    }

    private void installProgram() throws IOException {
        Path tributary = directory.resolve("tributary");
        String command = String.join("' '", PackagedProgram.forCommands().command("512m"));
        Files.writeString(tributary, "#!/bin/sh\nexec '" + command + "' \"$@\"\n");
        Files.setPosixFilePermissions(tributary, PosixFilePermissions.fromString("rwx------"));
    }

    /** The commands of a block, each with its output. */
    private static List<String> examples(MarkdownBlock block) {
        return Pattern.compile("^\\$ ", Pattern.MULTILINE)
                .splitAsStream(block.text())
                .filter(example -> !example.isEmpty())
                .toList();
    }

    private void runAll(List<String> examples) throws IOException, InterruptedException {
        for (String example : examples) {
            List<String> lines = example.lines().toList();
            assertThat(run(lines.get(0)))
                    .as(lines.get(0))
                    .containsExactlyInAnyOrderElementsOf(masked(lines.subList(1, lines.size())));
        }
    }

    private List<String> run(String command) throws IOException, InterruptedException {
        Path output = directory.resolve("output");
        ProcessBuilder shell = new ProcessBuilder("sh", "-c", command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        shell.environment().merge("PATH", directory.toString(), (path, more) -> more + ":" + path);
        shell.environment().put("LC_ALL", "C.UTF-8");
        shell.environment().put("TRIBUTARY_API", api);
        Process process = shell.start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(command).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return masked(Files.readAllLines(output, StandardCharsets.UTF_8));
    }

    private static List<String> masked(List<String> lines) {
        List<String> masked = new ArrayList<>();
        lines.forEach(line -> masked.add(line.replaceAll(HASHES, "#").replaceAll(NUMBERS, "@")));
        return masked;
    }
}
