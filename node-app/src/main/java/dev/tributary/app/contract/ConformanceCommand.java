package dev.tributary.app.contract;

import dev.tributary.core.contract.ConformanceReport;
import dev.tributary.core.contract.ConformanceReport.Violation;
import dev.tributary.core.contract.MergeLaw;
import dev.tributary.core.contract.RelatedContracts;
import dev.tributary.core.contract.Verdict;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Searches for a counter-example to the merge laws. */
@Command(
        name = "conformance",
        description = {
            "Searches for states for which the contract breaks a merge law: among the given states and the states that"
                    + " they merge to. If a contract breaks a law, nodes may never converge.",
            "Without states a standard contract is checked with samples, any other contract only with the empty state."
        })
final class ConformanceCommand extends OfflineCommand {

    @Mixin
    private final ContractOptions options = new ContractOptions();

    @Mixin
    private final RelatedOption related = new RelatedOption();

    @Parameters(paramLabel = "STATE", description = "valid states, some of them different; '-' is standard input")
    private List<String> files = new ArrayList<>();

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "number of rounds, 1 to 1000, each with other states (default: ${DEFAULT-VALUE})")
    private int rounds = 3;

    @Option(names = "--seed", paramLabel = "S", description = "seed of the random states of the rounds (default: 1)")
    private long seed = 1;

    @Option(names = "--json", description = "print the result as JSON")
    private boolean json;

    @Option(names = "--save", paramLabel = "DIR", description = "directory for the states of counter-examples")
    private @Nullable String directory;

    ConformanceCommand(StandardStreams streams) {
        super(streams);
    }

    /** The result; the component names are the JSON keys. */
    record JsonReport(boolean conforms, int states, int comparisons, List<LawReport> laws) {}

    /** Whether a law holds; if not, a counter-example. */
    record LawReport(
            String law,
            boolean holds,
            @Nullable String detail,
            @Nullable List<FileReport> states,
            @Nullable List<FileReport> results,
            @Nullable Integer firstDifference) {}

    /** Size and hash of a state or a result. */
    record FileReport(int bytes, String sha256) {

        static FileReport of(Bytes bytes) {
            return new FileReport(bytes.size(), Printable.hash(bytes));
        }
    }

    @Override
    int run() throws IOException {
        if (rounds < 1 || rounds > 1000) {
            throw wrongUsage("--rounds = '" + rounds + "': must be in 1..1000");
        }
        StandardContract samples = files.isEmpty() ? options.standardWithoutParameters() : null;
        SampleStates input = samples == null ? given() : SampleStates.of(samples, seed);
        RelatedContracts others = related.read(inputs());
        return withRuntime(others, runtime -> {
            options.load(runtime, input.contract());
            requireValid(runtime, input);
            ConformanceReport report =
                    new ConformanceSearch(runtime, input.contract(), seed).check(input.states(), rounds);
            print(report);
            save(report.violations());
            return report.conforms() ? VALID : INVALID;
        });
    }

    private SampleStates given() {
        Contract contract = options.read(inputs());
        List<State> states = files.stream().map(inputs()::state).toList();
        return new SampleStates(contract, states.isEmpty() ? List.of(State.of(new byte[0])) : states);
    }

    /** Throws if a given state is invalid, since an invalid state proves nothing about the contract. */
    private void requireValid(OfflineRuntime runtime, SampleStates input) {
        for (int i = 0; i < input.states().size(); i++) {
            String name = i < files.size() ? "the state '" + files.get(i) + "'" : "the empty state";
            if (runtime.verdict(input.contract(), input.states().get(i)) instanceof Verdict.Invalid invalid) {
                throw new UnusableInputException(
                        name + " is not valid (" + invalid.reason() + "): give states that the contract accepts");
            }
        }
    }

    private void print(ConformanceReport report) {
        List<LawReport> laws = Arrays.stream(MergeLaw.values())
                .map(law -> report.violations().stream()
                        .filter(each -> each.law() == law)
                        .findFirst()
                        .map(ConformanceCommand::violated)
                        .orElse(new LawReport(text(law), true, null, null, null, null)))
                .toList();
        if (json) {
            json(new JsonReport(report.conforms(), report.states(), report.checks(), laws));
        } else {
            laws.forEach(this::print);
            out().printf(
                            "%s: %d laws, %d states, %d comparisons%n",
                            report.conforms() ? "no counter-example" : "does not conform",
                            laws.size(),
                            report.states(),
                            report.checks());
            if (report.conforms() && report.states() < 2) {
                out().println("A single state shows little: give several states that differ.");
            }
        }
    }

    private static LawReport violated(Violation violation) {
        return new LawReport(
                text(violation.law()),
                false,
                violation.detail(),
                violation.states().stream()
                        .map(state -> FileReport.of(state.bytes()))
                        .toList(),
                violation.results().stream().map(FileReport::of).toList(),
                firstDifference(violation.results()));
    }

    private void print(LawReport law) {
        boolean asciiOnly = !Charset.defaultCharset().newEncoder().canEncode('\u2713');
        String mark = law.holds() ? (asciiOnly ? "ok    " : "\u2713") : (asciiOnly ? "BROKEN" : "\u2717");
        out().println(mark + " " + law.law() + (law.detail() == null ? "" : ": " + Printable.line(law.detail())));
        print("state", law.states());
        print("result", law.results());
        if (law.firstDifference() != null) {
            out().printf("    the results differ from byte %d on%n", law.firstDifference());
        }
    }

    private void print(String what, @Nullable List<FileReport> files) {
        for (int i = 0; files != null && i < files.size(); i++) {
            out().printf(
                            "    %s %d: %d bytes, SHA-256 %.16s%n",
                            what, i + 1, files.get(i).bytes(), files.get(i).sha256());
        }
    }

    private static Path createDirectory(String name) {
        try {
            return Files.createDirectories(Path.of(name));
        } catch (IOException | InvalidPathException failed) {
            throw new UnusableInputException(
                    "the directory '" + name + "' cannot be created: " + OutputOption.reason(failed), failed);
        }
    }

    private void save(List<Violation> violations) {
        if (directory == null || violations.isEmpty()) {
            return;
        }
        Path parent = createDirectory(directory);
        for (Violation violation : violations) {
            String law = text(violation.law()).replace(' ', '-');
            for (int i = 0; i < violation.states().size(); i++) {
                Bytes state = violation.states().get(i).bytes();
                OutputOption.writeFile(parent.resolve(law + ".state-" + (i + 1)).toString(), state);
            }
            for (int i = 0; i < violation.results().size(); i++) {
                Bytes result = violation.results().get(i);
                OutputOption.writeFile(
                        parent.resolve(law + ".result-" + (i + 1)).toString(), result);
            }
        }
    }

    private static @Nullable Integer firstDifference(List<Bytes> results) {
        return results.size() < 2
                ? null
                : Optional.of(results.get(0).toBuffer().mismatch(results.get(1).toBuffer()))
                        .filter(at -> at >= 0)
                        .orElse(null);
    }

    private static String text(MergeLaw law) {
        return law.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
