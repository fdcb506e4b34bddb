package dev.tributary.core.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.simulation.CallTrace.Call;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Compares the README's list of the steps of a PUT with a traced run over two nodes. The list has three parts: at the
 * client's node, at the next peer, and back at the client's node. In each part the traced methods are called in the
 * README's order, by their first calls.
 */
class PathOfPutTests {

    private static final Path README = Path.of("..", "README.md");
    private static final String HEADING = "## The way of a PUT";

    /** The texts before which a part of the list ends. */
    private static final Pattern NEXT_PART = Pattern.compile("at the\\s+next peer|back:");

    private static final Pattern STEP = Pattern.compile("`([A-Z]\\w+\\.[a-z]\\w+)`");

    private static List<List<String>> parts = List.of();
    private static List<Call> calls = List.of();

    @BeforeAll
    static void traceSteps() throws IOException, ReflectiveOperationException {
        String readme = Files.readString(README);
        int start = readme.indexOf(HEADING);
        String section = readme.substring(start, readme.indexOf("\n## ", start + 1));
        parts = NEXT_PART.splitAsStream(section).map(PathOfPutTests::steps).toList();
        Set<String> traced = new TreeSet<>();
        parts.forEach(traced::addAll);
        Object copies = new TracingClassLoader(traced::contains)
                .loadClass(TracedPut.class.getName())
                .getMethod("run")
                .invoke(null);
        assertThat(copies).as("nodes that store the contract").isEqualTo(2);
        calls = CallTrace.calls();
    }

    @Test
    void readmeListsThreeParts() {
        assertThat(parts).hasSize(3).allSatisfy(steps -> assertThat(steps).hasSizeGreaterThan(1));
    }

    @Test
    void clientsNodeTakesStepsInOrder() {
        assertThat(order(parts.get(0), callsOf(TracedPut.CLIENT_NODE, 0, firstOfRoot())))
                .as("order of the traced calls")
                .isEqualTo(parts.get(0));
    }

    @Test
    void nextPeerTakesStepsInOrder() {
        assertThat(order(parts.get(1), callsOf(TracedPut.ROOT, 0, calls.size())))
                .as("order of the traced calls")
                .isEqualTo(parts.get(1));
    }

    @Test
    void replyTakesStepsInOrder() {
        assertThat(order(parts.get(2), callsOf(TracedPut.CLIENT_NODE, firstOfRoot(), calls.size())))
                .as("order of the traced calls")
                .isEqualTo(parts.get(2));
    }

    private static List<String> steps(String part) {
        return STEP.matcher(part).results().map(step -> step.group(1)).toList();
    }

    private static int firstOfRoot() {
        return calls.stream().map(Call::node).toList().indexOf(TracedPut.ROOT);
    }

    /** The methods that the node called, from one call of the trace to another. */
    private static List<String> callsOf(String node, int from, int to) {
        return calls.subList(from, to).stream()
                .filter(call -> call.node().equals(node))
                .map(Call::method)
                .toList();
    }

    /** The steps that were called, by their first calls. */
    private static List<String> order(List<String> steps, List<String> called) {
        return called.stream().filter(steps::contains).distinct().toList();
    }
}
