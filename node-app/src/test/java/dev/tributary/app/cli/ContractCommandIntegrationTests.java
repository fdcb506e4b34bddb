package dev.tributary.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.app.contract.StandardStreams;
import dev.tributary.core.contract.standard.ImmutableBlob;
import dev.tributary.core.contract.standard.SignedCounter;
import dev.tributary.core.contract.standard.SignedDocument;
import dev.tributary.core.contract.standard.SignedLog;
import dev.tributary.core.contract.standard.SignedWebsite;
import dev.tributary.core.contract.wasm.CodeContainer;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.State;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

@Timeout(120)
class ContractCommandIntegrationTests {

    private static final List<String> LAWS = List.of(
            "merge keeps valid",
            "merge is idempotent",
            "merge is commutative",
            "merge heals",
            "merge is stable",
            "summary is stable",
            "delta is stable",
            "delta is smaller than state",
            "exchange converges",
            "delta is empty when up to date",
            "delta brings everything",
            "delta twice is once",
            "deltas commute",
            "state absorbs its base");

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private InputStream in = InputStream.nullInputStream();
    private OutputStream standardOutput = bytes;
    private boolean terminal;

    @Test
    void newDocumentHasAKeyAndIsValid() throws IOException {
        document("hello", "--out", file("v1"), "--parameters-out", file("par"));
        String key = after(out.toString(), "state of contract ", ':');
        assertThat(execute("key", "--standard", "document", "--parameters", file("par")))
                .isZero();
        assertThat(out.toString())
                .contains(
                        "key         " + key,
                        "code hash   " + SignedDocument.code().hash());
        assertThat(validate("v1")).isZero();
        assertThat(out.toString()).isEqualTo("valid" + System.lineSeparator());
        assertThat(SignedDocument.content(state("v1")).toUtf8()).isEqualTo("hello");
    }

    @Test
    void keyEqualsTheKeyOfTheNode() throws IOException {
        Files.writeString(path("content"), "for ever");
        assertThat(execute("new", "blob", "--in", file("content"), "--out", file("b"), "--parameters-out", file("p")))
                .isZero();
        assertThat(execute("key", "--standard", "blob", "--parameters", file("p"), "--json"))
                .isZero();
        ContractInstanceId id = ImmutableBlob.contract(Bytes.utf8("for ever")).id();
        assertThat(out.toString()).contains("\"key\" : \"" + id + "\"", "\"parameterBytes\" : 32");
    }

    @Test
    void forgedStateIsInvalidWithTheContractsReason() throws IOException {
        document("hello", "--out", file("v1"), "--parameters-out", file("par"));
        byte[] forged = Files.readAllBytes(path("v1"));
        forged[forged.length - 1] ^= 1;
        Files.write(path("v1"), forged);
        assertThat(validate("v1")).isEqualTo(1);
        assertThat(out.toString()).startsWith("invalid: the signature is not the writer's");
        assertThat(validate("v1", "--json")).isEqualTo(1);
        assertThat(out.toString()).contains("\"verdict\" : \"invalid\"", "\"reason\" : \"the signature");
    }

    @Test
    void newerVersionWinsInBothDirections() throws IOException {
        twoVersions();
        assertThat(merge("v1", file("v2"), "--out", file("m1"))).isZero();
        assertThat(out.toString()).startsWith("merged state: ");
        assertThat(merge("v2", file("v1"), "--out", file("m2"))).isZero();
        assertThat(out.toString()).startsWith("unchanged state: ");
        assertThat(path("m1")).hasSameBinaryContentAs(path("v2"));
        assertThat(path("m2")).hasSameBinaryContentAs(path("v2"));
    }

    @Test
    void deltaFromASummaryBringsAStateUpToDate() throws IOException {
        twoVersions();
        assertThat(execute("summarize", "--standard", "document", "--parameters", file("par"), file("v1")))
                .isZero();
        assertThat(err.toString()).startsWith("summary: 72 bytes, SHA-256 ");
        assertThat(out.toString()).as("text on standard output").isEmpty();
        in = new ByteArrayInputStream(bytes.toByteArray());
        assertThat(execute(
                        "delta",
                        "--standard",
                        "document",
                        "--parameters",
                        file("par"),
                        file("v2"),
                        "-",
                        "--out",
                        file("d")))
                .isZero();
        assertThat(merge("v1", "--delta", file("d"), "--out", file("m"))).isZero();
        assertThat(path("m")).hasSameBinaryContentAs(path("v2"));
        assertThat(merge("v1", file("v2"), "--delta", file("d"), "--out", file("m")))
                .isZero();
        assertThat(path("m")).hasSameBinaryContentAs(path("v2"));
    }

    @Test
    void rejectedMergeIsInvalidAndWritesNothing() throws IOException {
        twoVersions();
        Files.writeString(path("garbage"), "x".repeat(100));
        assertThat(merge("v1", file("garbage"), "--out", file("m"))).isEqualTo(1);
        assertThat(err.toString()).startsWith("invalid: ").contains("signature").hasLineCount(1);
        assertThat(path("m")).doesNotExist();
    }

    @Test
    void newEntryIsAppendedToALog() throws IOException {
        Files.writeString(path("e1"), "one");
        Files.writeString(path("e2"), "two");
        String[] log = {"new", "log", "--key-file", file("key"), "--entries", "5"};
        assertThat(execute(with(log, "--in", file("e1"), "--out", file("l1"), "--parameters-out", file("par"))))
                .isZero();
        assertThat(execute(with(log, "--in", file("e2"), "--after", file("l1"), "--out", file("l2"))))
                .isZero();
        assertThat(execute(
                        "merge",
                        "--standard",
                        "log",
                        "--parameters",
                        file("par"),
                        file("l1"),
                        file("l2"),
                        "--out",
                        file("l")))
                .isZero();
        assertThat(SignedLog.entries(state("l"))).isEqualTo(Map.of(1L, Bytes.utf8("one"), 2L, Bytes.utf8("two")));
    }

    @Test
    void countsOfTwoWritersAreAdded() throws IOException {
        String alice = writer("alice");
        String bob = writer("bob");
        String[] both = {"new", "counter", "--writer", alice, "--writer", bob, "--parameters-out", file("par")};
        assertThat(execute(with(both, "--key-file", file("alice"), "--add", "3", "--out", file("a"))))
                .isZero();
        assertThat(execute(with(both, "--key-file", file("bob"), "--add", "4", "--out", file("b"))))
                .isZero();
        String[] merge = {"merge", "--standard", "counter", "--parameters", file("par")};
        assertThat(execute(with(merge, file("a"), file("b"), "--out", file("c"))))
                .isZero();
        assertThat(execute(with(both, "--key-file", file("bob"), "--after", file("c"), "--out", file("b"))))
                .isZero();
        assertThat(execute(with(merge, file("c"), file("b"), "--out", file("c"))))
                .isZero();
        assertThat(SignedCounter.value(state("c"))).isEqualTo(8);
        assertThat(execute("new", "counter", "--key-file", file("eve"), "--writer", bob, "--out", file("e")))
                .isEqualTo(2);
        assertThat(err.toString()).contains("is not among them");
    }

    @ParameterizedTest
    @ValueSource(strings = {"document", "log", "counter", "blob", "website"})
    void standardContractsConform(String name) {
        assertThat(execute("conformance", "--standard", name, "--rounds", "2")).isZero();
        assertThat(out.toString())
                .contains(LAWS)
                .contains("no counter-example: 14 laws, ")
                .doesNotContain("broken", "inconclusive");
    }

    @Test
    void brokenLawIsShownWithACounterExample() throws IOException {
        Files.writeString(path("a"), "state a");
        Files.writeString(path("b"), "state b");
        String[] check = {"conformance", "--code", probe(), file("a"), file("b"), "--save", file("found")};
        assertThat(execute(check)).isEqualTo(1);
        assertThat(out.toString())
                .containsPattern("(BROKEN|\u2717) merge is commutative: ")
                .containsPattern("(ok    |\u2713) merge heals")
                .contains("state 1: 0 bytes, SHA-256 ", "the results differ from byte 0 on", "does not conform");
        assertThat(path("found").resolve("merge-is-commutative.state-2")).hasSize(1);
        assertThat(execute(with(check, "--json"))).isEqualTo(1);
        assertThat(out.toString())
                .contains("\"conforms\" : false", "\"outcome\" : \"broken\"", "\"firstDifference\" : 0");
    }

    @Test
    void recordedTransitionIsCheckedAsAdvice() throws IOException {
        twoVersions();
        String[] check = {"conformance", "--standard", "document", "--parameters", file("par"), file("v1")};
        assertThat(execute(with(check, "--transition", file("v1") + "=" + file("v2"))))
                .isZero();
        assertThat(out.toString()).containsPattern("(ok    |\u2713) state absorbs its base");
        assertThat(execute(with(check, "--transition", file("v2") + "=" + file("v1"))))
                .isZero();
        assertThat(out.toString())
                .contains("state absorbs its base (advice): broken", "conforms, with advice: 14 laws");
        assertThat(execute(with(check, "--transition", file("v1")))).isEqualTo(2);
        assertThat(err.toString()).contains("must be two files, BASE=RESULT");
    }

    @Test
    void conformanceRefusesInvalidStates() throws IOException {
        twoVersions();
        Files.writeString(path("garbage"), "x".repeat(100));
        assertThat(execute("conformance", "--standard", "document", "--parameters", file("par"), file("garbage")))
                .isEqualTo(2);
        assertThat(err.toString())
                .contains("'" + file("garbage") + "' is not valid")
                .hasLineCount(1);
    }

    @Test
    void inspectDescribesCodeThatANodeRuns() throws IOException {
        Files.write(path("c.wasm"), CodeContainer.pack(SignedLog.code()).toArray());
        assertThat(execute("inspect", "--code", file("c.wasm"))).isZero();
        assertThat(out.toString())
                .contains("packaged, version 0", "standard   log", "plain", "imports    none", "a node runs it")
                .contains("code hash  " + SignedLog.code().hash(), "validate_state (i64, i64, i64) -> i64");
        assertThat(execute("inspect", "--code", file("c.wasm"), "--json")).isZero();
        assertThat(out.toString()).contains("\"standardContract\" : \"log\"", "\"runs\" : true");
    }

    @Test
    void inspectPrintsWhyANodeRefusesTheCode() throws IOException {
        // A valid empty module.
        Files.write(path("c.wasm"), new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0});
        assertThat(execute("inspect", "--code", file("c.wasm"))).isEqualTo(1);
        assertThat(out.toString()).contains("a node refuses it: it has 0 memories of its own; it must have one");
        assertThat(execute("validate", "--code", file("c.wasm"), file("c.wasm")))
                .isEqualTo(2);
        assertThat(err.toString()).startsWith("error: the code '" + file("c.wasm") + "' cannot be run: it has 0");
    }

    @Test
    void relatedStateIsGivenOnTheCommandLine() throws IOException {
        ContractInstanceId other = ImmutableBlob.contract(Bytes.utf8("other")).id();
        ByteArrayOutputStream asking = new ByteArrayOutputStream();
        asking.write('r');
        asking.writeBytes(other.bytes().toArray());
        Files.write(path("par"), asking.toByteArray());
        Files.writeString(path("s"), "state");
        String[] validate = {"validate", "--code", probe(), "--parameters", file("par"), file("s")};
        assertThat(execute(validate)).isEqualTo(2);
        assertThat(out.toString()).isEqualTo("asks for related contracts: " + other + System.lineSeparator());
        assertThat(execute(with(validate, "--related", other + "=" + file("s"))))
                .isZero();
        assertThat(out.toString()).startsWith("valid");
        assertThat(execute(with(validate, "--related", "zero=" + file("s")))).isEqualTo(2);
        assertThat(err.toString()).contains("--related = 'zero'");
    }

    @Test
    void endlessContractEndsAtTheNodesLimit() throws IOException {
        Files.writeString(path("par"), "L");
        assertThat(execute("validate", "--code", probe(), "--parameters", file("par"), file("par")))
                .isEqualTo(2);
        assertThat(err.toString())
                .startsWith("error: contract ")
                .contains("TIMED_OUT", "5000 ms")
                .hasLineCount(1);
    }

    @Test
    void unusableFilesAreNamedWithTheLimit() throws IOException {
        Files.createFile(path("empty"));
        Files.createDirectory(path("folder"));
        try (RandomAccessFile large = new RandomAccessFile(path("large").toFile(), "rw")) {
            large.setLength(60L << 20);
        }
        assertUnusable("--code", file("none"), "does not exist");
        assertUnusable("--code", file("empty"), "neither WebAssembly nor packaged WebAssembly");
        assertUnusable("--code", file("folder"), "is a directory; a file is needed");
        assertUnusable("--code", file("large"), "too large: at most 10485800 bytes");
        Files.write(path("cut.wasm"), Arrays.copyOf(SignedLog.code().bytes().toArray(), 1000));
        assertUnusable("--code", file("cut.wasm"), "cannot be run: ");
        assertThat(execute("validate", "--standard", "log", file("large"))).isEqualTo(2);
        assertThat(err.toString()).contains("the state '" + file("large") + "' is too large: at most 52428800 bytes");
        assertThat(execute("validate", "--standard", "log", "--parameters", file("large"), file("empty")))
                .isEqualTo(2);
        assertThat(err.toString()).contains("at most 1048576 bytes");
    }

    @Test
    void standardInputIsReadOnlyOnce() {
        assertThat(execute("validate", "--standard", "log", "--parameters", "-", "-"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("'-' is given for the parameters file and for the state");
    }

    @Test
    void terminalGetsNoBytes() throws IOException {
        terminal = true;
        Files.writeString(path("content"), "\u001b[31m");
        String[] blob = {"new", "blob", "--in", file("content")};
        assertThat(execute(blob)).isZero();
        assertThat(bytes.toByteArray()).isEmpty();
        assertThat(out.toString()).contains("5 bytes, SHA-256 ", "use --out FILE or a pipe");
        assertThat(execute(with(blob, "--out", "-"))).isZero();
        assertThat(bytes.toByteArray()).as("explicit standard output").hasSize(5);
    }

    @Test
    void closedOutputIsAnError() throws IOException {
        Files.writeString(path("content"), "content");
        standardOutput = new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        assertThat(execute("new", "blob", "--in", file("content"))).isEqualTo(2);
        assertThat(err.toString())
                .isEqualTo("error: cannot write 7 bytes to standard output: Broken pipe" + System.lineSeparator());
        assertThat(execute("new", "blob", "--in", file("content"), "--out", file("no/such")))
                .isEqualTo(2);
        assertThat(err.toString()).contains("its directory does not exist");
    }

    @Test
    void verbosePrintsTimeAndMemoryOfCalls() throws IOException {
        twoVersions();
        assertThat(validate("v1", "--verbose")).isZero();
        assertThat(err.toString()).contains("compile", "validate   1 times", "memory     65544 bytes");
        assertThat(out.toString()).startsWith("valid");
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void writersKeyIsReadableByItsOwnerOnlyAndDamageIsReported() throws IOException {
        document("hello", "--out", file("v1"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path("key"))))
                .isEqualTo("rw-------");
        Files.writeString(path("key"), "rust");
        assertThat(execute("new", "document", "--key-file", file("key"), "--in", file("in"), "--out", file("v2")))
                .isEqualTo(2);
        assertThat(err.toString()).contains("the key file", "is damaged").hasLineCount(1);
    }

    @Test
    void websiteIsCreatedFromADirectoryOrItsArchive() throws IOException {
        Files.createDirectories(path("site"));
        Files.writeString(path("site").resolve("index.html"), "hello");
        Files.writeString(path("site").resolve(".draft"), "not yet");
        assertThat(website("--in", file("site"), "--out", file("v1"), "--parameters-out", file("par")))
                .isZero();
        assertThat(err.toString()).isEqualTo("left out: .draft" + System.lineSeparator());
        assertThat(SignedWebsite.version(state("v1"))).isEqualTo(1);
        assertThat(execute("validate", "--standard", "website", "--parameters", file("par"), file("v1")))
                .isZero();

        in = new ByteArrayInputStream(SignedWebsite.archive(state("v1")).toArray());
        assertThat(website("--in", "-", "--after", file("v1"), "--out", file("v2")))
                .isZero();
        assertThat(SignedWebsite.version(state("v2"))).isEqualTo(2);
        assertThat(SignedWebsite.archive(state("v2"))).isEqualTo(SignedWebsite.archive(state("v1")));
    }

    @Test
    void websiteNeedsAnIndexAndAVersionInRange() throws IOException {
        Files.createDirectories(path("site"));
        assertThat(website("--in", file("site"), "--out", file("v"))).isEqualTo(2);
        assertThat(err.toString()).contains("has no index.html").hasLineCount(1);
        Files.writeString(path("site").resolve("index.html"), "hello");
        assertThat(website("--in", file("site"), "--version", "4294967296")).isEqualTo(2);
        assertThat(err.toString()).contains("must be 1 to 4294967295");
        assertThat(website("--in", file("site"), "--version", "4294967295", "--out", file("last")))
                .isZero();
        assertThat(website("--in", file("site"), "--after", file("last"))).isEqualTo(2);
        assertThat(err.toString()).contains("no version follows 4294967295");
    }

    private int website(String... more) {
        return execute(with(new String[] {"new", "website", "--key-file", file("key"), "--name", "site"}, more));
    }

    @Test
    void wrongUsageIsReported() {
        assertThat(execute()).isEqualTo(2);
        assertThat(err.toString()).contains("A command is missing");
        assertThat(execute("new")).isEqualTo(2);
        assertThat(err.toString()).contains("document, log, counter, blob or website");
        assertThat(execute("key")).isEqualTo(2);
        assertThat(err.toString()).contains("--code=FILE | --standard=NAME");
        assertThat(execute("key", "--standard", "diary")).isEqualTo(2);
        assertThat(err.toString()).contains("'diary': must be one of document|log|counter|blob");
        assertThat(execute("merge", "--standard", "log", "x")).isEqualTo(2);
        assertThat(err.toString()).contains("nothing to merge");
        assertThat(execute("conformance", "--standard", "log", "--rounds", "0")).isEqualTo(2);
        assertThat(err.toString()).contains("1..1000");
    }

    @Test
    void helpOfEveryCommandListsTheExitCodes() {
        for (String command : List.of("key", "inspect", "validate", "merge", "summarize", "delta", "conformance")) {
            assertThat(execute(command, "--help")).isZero();
            assertThat(out.toString()).as(command).contains("Exit codes:", "0   valid", "2   could not run");
        }
        assertThat(execute("new", "counter", "--help")).isZero();
        assertThat(out.toString()).contains("Exit codes:", "--key-file");
    }

    private void document(String content, String... more) throws IOException {
        Files.writeString(path("in"), content);
        assertThat(execute(with(new String[] {"new", "document", "--key-file", file("key"), "--in", file("in")}, more)))
                .isZero();
    }

    private void twoVersions() throws IOException {
        document("first", "--out", file("v1"), "--parameters-out", file("par"));
        document("second", "--after", file("v1"), "--out", file("v2"));
        assertThat(SignedDocument.version(state("v2"))).isEqualTo(2);
    }

    private String writer(String name) {
        assertThat(execute("new", "counter", "--key-file", file(name), "--out", file("unused")))
                .isZero();
        return after(out.toString(), "writer: ", '\n').strip();
    }

    private int validate(String state, String... more) {
        return execute(with(
                new String[] {"validate", "--standard", "document", "--parameters", file("par"), file(state)}, more));
    }

    private int merge(String state, String... more) {
        return execute(
                with(new String[] {"merge", "--standard", "document", "--parameters", file("par"), file(state)}, more));
    }

    private void assertUnusable(String option, String file, String reason) {
        assertThat(execute("validate", option, file, file("empty"))).isEqualTo(2);
        assertThat(err.toString())
                .startsWith("error: the code '" + file + "' ")
                .contains(reason)
                .hasLineCount(1);
    }

    /** Writes a contract that executes the command in its parameters; without parameters a merge changes nothing. */
    private String probe() throws IOException {
        try (InputStream resource = Objects.requireNonNull(getClass().getResourceAsStream("/wasm/probe-plain.wasm"))) {
            Files.write(path("probe.wasm"), resource.readAllBytes());
        }
        return file("probe.wasm");
    }

    private State state(String name) throws IOException {
        return State.of(Files.readAllBytes(path(name)));
    }

    private Path path(String name) {
        return directory.resolve(name);
    }

    private String file(String name) {
        return path(name).toString();
    }

    private static String after(String text, String before, char end) {
        int start = text.indexOf(before) + before.length();
        return text.substring(start, text.indexOf(end, start));
    }

    private static String[] with(String[] arguments, String... more) {
        String[] all = Arrays.copyOf(arguments, arguments.length + more.length);
        System.arraycopy(more, 0, all, arguments.length, more.length);
        return all;
    }

    private int execute(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        CommandLine line = CommandLines.create(Map.of(), new StandardStreams(in, standardOutput, terminal));
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(with(new String[] {"contract"}, arguments));
    }
}
