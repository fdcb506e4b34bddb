package dev.tributary.app.contract;

import dev.tributary.core.contract.RelatedContracts;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Computes the summary of a state. */
@Command(
        name = "summarize",
        description = "Computes the summary of a state. From the summary and another state 'delta' computes what is"
                + " missing.")
final class SummarizeCommand extends OfflineCommand {

    @Mixin
    private final ContractOptions options = new ContractOptions();

    @Mixin
    private final OutputOption out = new OutputOption();

    @Parameters(paramLabel = "STATE", description = "the state, up to 50 MiB; '-' is standard input")
    @SuppressWarnings("NullAway.Init") // set by the parser
    private String state;

    SummarizeCommand(StandardStreams streams) {
        super(streams);
    }

    @Override
    int run() throws IOException {
        Contract contract = options.read(inputs());
        State read = inputs().state(state);
        return withRuntime(RelatedContracts.none(), runtime -> {
            options.load(runtime, contract);
            out.write(this, "summary", runtime.summarize(contract, read).bytes());
            return VALID;
        });
    }
}
