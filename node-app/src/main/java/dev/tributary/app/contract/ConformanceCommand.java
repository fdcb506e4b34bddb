package dev.tributary.app.contract;

import dev.tributary.core.contract.RelatedContracts;
import dev.tributary.core.contract.Verdict;
import dev.tributary.core.contract.conformance.ConformanceCheck;
import dev.tributary.core.contract.conformance.ConformanceReport;
import dev.tributary.core.contract.conformance.ConformanceReport.LawResult;
import dev.tributary.core.contract.conformance.ConformanceReport.Violation;
import dev.tributary.core.contract.conformance.LawOutcome;
import dev.tributary.core.contract.conformance.MergeLaw;
import dev.tributary.core.contract.conformance.MergeLaw.Weight;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
            "A contract that keeps a bounded amount need not be associative: it conforms if the results of different"
                    + " orders become the same by further merging. Laws marked as advice may be broken by correct"
                    + " contracts.",
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

    @Option(
            names = "--transition",
            paramLabel = "BASE=RESULT",
            description = "two files: a valid state, and one that was reached from it; may be repeated")
    private List<String> transitions = new ArrayList<>();

    @Option(names = "--json", description = "print the result as JSON")
    private boolean json;

    @Option(names = "--save", paramLabel = "DIR", description = "directory for the states of counter-examples")
    private @Nullable String directory;

    ConformanceCommand(StandardStreams streams) {
        super(streams);
    }

    /** The result; the component names are the JSON keys. */
    record JsonReport(boolean conforms, String outcome, int states, int cases, List<LawReport> laws) {}

    /** Whether a law holds; if not, a counter-example. */
    record LawReport(
            String law,
            String outcome,
            boolean advice,
            CaseCounts cases,
            @Nullable String detail,
            @Nullable List<FileReport> states,
            @Nullable List<FileReport> results,
            @Nullable Integer firstDifference) {}

    /** Number of cases in which a law held, and in which that could not be told. */
    record CaseCounts(int held, int inconclusive) {}

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
            ConformanceReport report = check(ConformanceCheck.of(runtime, input.contract()), input.states());
            print(report);
            save(report.violations());
            save(report.advice());
            return switch (report.outcome()) {
                case BROKEN -> INVALID;
                case INCONCLUSIVE -> FAILED;
                case HELD, NOT_CHECKED -> VALID;
            };
        });
    }

    private ConformanceReport check(ConformanceCheck check, List<State> states) {
        for (int i = 0; i < states.size(); i++) {
            requireValid(
                    check, states.get(i), i < files.size() ? "the state '" + files.get(i) + "'" : "the empty state");
        }
        Random random = new Random(seed);
        check.round(states);
        for (int round = 1; round < rounds; round++) {
            check.randomRound(states, random);
        }
        for (String transition : transitions) {
            String[] both = transition.split("=", 2);
            if (both.length < 2) {
                throw wrongUsage("--transition = '" + transition + "': must be two files, BASE=RESULT");
            }
            check.transition(valid(check, both[0]), valid(check, both[1]));
        }
        return check.report();
    }

    private State valid(ConformanceCheck check, String file) {
        State state = inputs().state(file);
        requireValid(check, state, "the state '" + file + "'");
        return state;
    }

    private SampleStates given() {
        Contract contract = options.read(inputs());
        List<State> states = files.stream().map(inputs()::state).toList();
        return new SampleStates(contract, states.isEmpty() ? List.of(State.of(new byte[0])) : states);
    }

    /** Throws if a given state is invalid, since an invalid state proves nothing about the contract. */
    private static void requireValid(ConformanceCheck check, State state, String name) {
        if (check.verdict(state) instanceof Verdict.Invalid invalid) {
            throw new UnusableInputException(
                    name + " is not valid (" + invalid.reason() + "): give states that the contract accepts");
        }
    }

    private void print(ConformanceReport report) {
        List<LawReport> laws =
                report.laws().stream().map(ConformanceCommand::lawReport).toList();
        if (json) {
            json(new JsonReport(report.conforms(), text(report.outcome()), report.states(), report.checks(), laws));
            return;
        }
        laws.forEach(this::print);
        if (report.law(MergeLaw.MERGE_HEALS).outcome() == LawOutcome.BROKEN) {
            out().println("A contract may keep a bounded amount, if the results of different orders become the same.");
        }
        out().printf(
                        "%s: %s; %d states, %d cases%n",
                        headline(report), counts(report), report.states(), report.checks());
        if (report.conforms() && report.states() < 2) {
            out().println("A single state shows little: give several states that differ.");
        }
    }

    private static String headline(ConformanceReport report) {
        return switch (report.outcome()) {
            case BROKEN -> "does not conform";
            case INCONCLUSIVE -> "cannot be told";
            case HELD, NOT_CHECKED -> report.advice().isEmpty() ? "no counter-example" : "conforms, with advice";
        };
    }

    private static String counts(ConformanceReport report) {
        Map<String, Long> counts = report.laws().stream()
                .collect(Collectors.groupingBy(ConformanceCommand::count, LinkedHashMap::new, Collectors.counting()));
        return counts.entrySet().stream()
                .map(each -> each.getValue() + " " + each.getKey())
                .collect(Collectors.joining(", ", report.laws().size() + " laws, ", ""));
    }

    private static String count(LawResult result) {
        boolean isAdvice = result.outcome() == LawOutcome.BROKEN && result.law().weight() == Weight.ADVISORY;
        return isAdvice ? "advice" : text(result.outcome());
    }

    private static LawReport lawReport(LawResult result) {
        Violation violation = result.counterExample();
        return new LawReport(
                text(result.law()),
                text(result.outcome()),
                result.law().weight() == Weight.ADVISORY,
                new CaseCounts(result.held(), result.inconclusive()),
                violation != null ? violation.detail() : result.doubt().isEmpty() ? null : result.doubt(),
                violation == null
                        ? null
                        : fileReports(violation.states().stream().map(State::bytes)),
                violation == null ? null : fileReports(violation.results().stream()),
                violation == null ? null : firstDifference(violation.results()));
    }

    private static List<FileReport> fileReports(Stream<Bytes> files) {
        return files.map(FileReport::of).toList();
    }

    private void print(LawReport law) {
        String outcome = law.outcome().equals("held") ? "" : ": " + law.outcome();
        out().println(mark(law) + " " + law.law() + (law.advice() && !outcome.isEmpty() ? " (advice)" : "") + outcome
                + (law.detail() == null ? "" : ": " + Printable.line(law.detail())));
        print("state", law.states());
        print("result", law.results());
        if (law.firstDifference() != null) {
            out().printf("    the results differ from byte %d on%n", law.firstDifference());
        }
    }

    private static String mark(LawReport law) {
        boolean asciiOnly = !Charset.defaultCharset().newEncoder().canEncode('\u2713');
        return switch (law.outcome()) {
            case "held" -> asciiOnly ? "ok    " : "\u2713";
            case "broken" -> law.advice() ? (asciiOnly ? "advice" : "!") : (asciiOnly ? "BROKEN" : "\u2717");
            case "inconclusive" -> asciiOnly ? "unsure" : "?";
            default -> asciiOnly ? "      " : "-";
        };
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

    private static String text(Enum<?> name) {
        return name.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
