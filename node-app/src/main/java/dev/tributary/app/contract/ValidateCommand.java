package dev.tributary.app.contract;

import dev.tributary.core.contract.RelatedContracts;
import dev.tributary.core.contract.Verdict;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.State;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Asks a contract whether a state is valid. */
@Command(
        name = "validate",
        description = "Asks the contract whether a state is valid. Prints 'valid', 'invalid: ' and the contract's"
                + " reason, or 'asks for related contracts: ' and their keys, to be given with --related.")
final class ValidateCommand extends OfflineCommand {

    @Mixin
    private final ContractOptions options = new ContractOptions();

    @Mixin
    private final RelatedOption related = new RelatedOption();

    @Parameters(paramLabel = "STATE", description = "the state, up to 50 MiB; '-' is standard input")
    @SuppressWarnings("NullAway.Init") // set by the parser
    private String state;

    @Option(names = "--json", description = "print the result as JSON")
    private boolean json;

    ValidateCommand(StandardStreams streams) {
        super(streams);
    }

    record VerdictReport(
            String verdict,
            @Nullable String reason,
            @Nullable List<String> related) {}

    @Override
    int run() throws IOException {
        Contract contract = options.read(inputs());
        RelatedContracts given = related.read(inputs());
        State read = inputs().state(state);
        return withRuntime(given, runtime -> {
            options.load(runtime, contract);
            return report(verdict(runtime, contract, read));
        });
    }

    private static Verdict verdict(OfflineRuntime runtime, Contract contract, State state) {
        try {
            return runtime.verdict(contract, state);
        } catch (MissingRelatedException missing) {
            return new Verdict.RequestRelated(missing.ids());
        }
    }

    private int report(Verdict verdict) {
        return switch (verdict.kind()) {
            case VALID -> {
                report("valid", new VerdictReport("valid", null, null));
                yield VALID;
            }
            case INVALID -> {
                String reason = ((Verdict.Invalid) verdict).reason();
                report("invalid: " + Printable.line(reason), new VerdictReport("invalid", reason, null));
                yield INVALID;
            }
            case REQUEST_RELATED -> {
                List<String> ids = ((Verdict.RequestRelated) verdict)
                        .ids().stream().map(ContractInstanceId::toString).toList();
                report(
                        "asks for related contracts: " + String.join(", ", ids),
                        new VerdictReport("asks-for-related", null, ids));
                yield FAILED;
            }
        };
    }

    private void report(String line, VerdictReport facts) {
        if (json) {
            json(facts);
        } else {
            out().println(line);
        }
    }
}
