package dev.tributary.app.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.Node;
import dev.tributary.core.simulation.InMemoryNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class NodeMetricsTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @Test
    void readmeListsAllMetricsOfTheNode() throws IOException {
        assertThat(names(Files.readString(Path.of("README.md")), "^\\| `(tributary_\\w+)` \\|"))
                .isEqualTo(names(scrape(), "^# TYPE (tributary_\\w+) "));
    }

    private static String scrape() {
        Node node = Objects.requireNonNull(Node.builder()
                .transport(InMemoryNetwork.create().transport())
                .start()
                .block(TIMEOUT));
        try (NodeMetrics metrics = new NodeMetrics(node)) {
            return metrics.scrape();
        } finally {
            node.stop().block(TIMEOUT);
        }
    }

    private static Set<String> names(String text, String pattern) {
        return Pattern.compile(pattern, Pattern.MULTILINE)
                .matcher(text)
                .results()
                .map(name -> name.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
