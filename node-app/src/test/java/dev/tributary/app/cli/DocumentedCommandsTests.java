package dev.tributary.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.app.config.AppConfig;
import dev.tributary.app.config.ConfigSources;
import dev.tributary.core.test.MarkdownBlock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks the indented commands and the configuration files of all documents. */
class DocumentedCommandsTests {

    private static final String JAR = "java -jar node-app/target/tributary.jar ";
    private static final Pattern EXECUTION = Pattern.compile("-pl (\\S+) .*exec:exec@(\\S+)");
    private static final Pattern PROPERTY = Pattern.compile("-D([a-z.]+)=");

    @TempDir
    private Path directory;

    static List<MarkdownBlock> commands() throws IOException {
        return MarkdownBlock.all(MarkdownBlock.COMMAND);
    }

    static List<MarkdownBlock> configurations() throws IOException {
        return MarkdownBlock.all("toml");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void commandIsValid(MarkdownBlock block) throws IOException {
        for (String command : block.text().split(" && ", -1)) {
            if (command.startsWith(JAR)) {
                String[] arguments = command.substring(JAR.length()).split("\\s+", -1);
                assertThat(CommandLines.create(Map.of()).parseArgs(arguments).errors())
                        .as(command)
                        .isEmpty();
            } else if (command.startsWith(".ci/")) {
                assertThat(Path.of("..", command.split(" ", -1)[0])).as(command).isExecutable();
            } else {
                assertThat(command).startsWith("mvn ");
                checkExecution(command);
            }
        }
    }

    /** A benchmark is an execution of its module, and its properties are used there. */
    private static void checkExecution(String command) throws IOException {
        Matcher execution = EXECUTION.matcher(command);
        if (execution.find()) {
            String pom = Files.readString(Path.of("..", execution.group(1), "pom.xml"));
            assertThat(pom).as(command).contains("<id>" + execution.group(2) + "</id>");
            PROPERTY.matcher(command)
                    .results()
                    .forEach(property -> assertThat(pom).as(command).contains("${" + property.group(1) + "}"));
        }
    }

    @Test
    void everyBenchmarkIsDocumented() throws IOException {
        List<String> documented = commands().stream()
                .map(MarkdownBlock::text)
                .flatMap(command -> EXECUTION.matcher(command).results().map(each -> each.group(2)))
                .toList();
        for (String module : Arrays.asList("node-core", "node-transport", "node-app")) {
            String pom = Files.readString(Path.of("..", module, "pom.xml"));
            String plugin = pom.substring(pom.indexOf("exec-maven-plugin"));
            Pattern.compile("<id>([^<]*)</id>\\s*<configuration>\\s*<skip>")
                    .matcher(plugin)
                    .results()
                    .map(id -> id.group(1))
                    .forEach(id -> assertThat(documented).contains(id));
        }
    }

    @ParameterizedTest
    @MethodSource("configurations")
    void configurationFileIsValid(MarkdownBlock block) throws IOException {
        Path file = Files.writeString(directory.resolve("node.toml"), block.text());
        assertThat(new ConfigSources(Map.of(), Map.of(), file).resolve()).isNotEqualTo(AppConfig.defaults());
    }
}
