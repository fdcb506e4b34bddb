package dev.tributary.app.contract;

import dev.tributary.core.contract.RelatedContracts;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.StateSummary;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Computes a delta against the summary of another state. */
@Command(
        name = "delta",
        description = "Computes the delta from the summarised state to this one. An empty delta means that nothing is"
                + " missing.")
final class DeltaCommand extends OfflineCommand {

    @Mixin
    private final ContractOptions options = new ContractOptions();

    @Mixin
    private final OutputOption out = new OutputOption();

    @Parameters(index = "0", paramLabel = "STATE", description = "the state, up to 50 MiB; '-' is standard input")
    @SuppressWarnings("NullAway.Init") // set by the parser
    private String state;

    @Parameters(index = "1", paramLabel = "SUMMARY", description = "the summary of the other state")
    @SuppressWarnings("NullAway.Init") // set by the parser
    private String summary;

    DeltaCommand(StandardStreams streams) {
        super(streams);
    }

    @Override
    int run() throws IOException {
        Contract contract = options.read(inputs());
        State read = inputs().state(state);
        StateSummary summarized =
                new StateSummary(inputs().state(summary, "summary").bytes());
        return withRuntime(RelatedContracts.none(), runtime -> {
            options.load(runtime, contract);
            StateDelta delta = runtime.delta(contract, read, summarized);
            out.write(this, delta.size() == 0 ? "delta (nothing is missing)" : "delta", delta.bytes());
            return VALID;
        });
    }
}
