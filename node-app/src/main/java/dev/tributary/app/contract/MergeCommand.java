package dev.tributary.app.contract;

import dev.tributary.core.contract.ContractLimits;
import dev.tributary.core.contract.RelatedContracts;
import dev.tributary.core.contract.Verdict;
import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDelta;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Merges a change into a state and validates the result. */
@Command(
        name = "merge",
        description = "Merges another state, or a delta, or both into a state, and validates the result, as a node does"
                + " before it stores a state.")
final class MergeCommand extends OfflineCommand {

    @Mixin
    private final ContractOptions options = new ContractOptions();

    @Mixin
    private final RelatedOption related = new RelatedOption();

    @Mixin
    private final OutputOption out = new OutputOption();

    @Parameters(index = "0", paramLabel = "STATE", description = "the current state; '-' is standard input")
    @SuppressWarnings("NullAway.Init") // set by the parser
    private String state;

    @Parameters(index = "1", arity = "0..1", paramLabel = "OTHER", description = "another whole state")
    private @Nullable String other;

    @Option(names = "--delta", paramLabel = "FILE", description = "a delta, as 'delta' writes it")
    private @Nullable String delta;

    MergeCommand(StandardStreams streams) {
        super(streams);
    }

    @Override
    int run() throws IOException {
        if (other == null && delta == null) {
            throw wrongUsage("There is nothing to merge: give OTHER, or --delta, or both");
        }
        Contract contract = options.read(inputs());
        RelatedContracts given = related.read(inputs());
        State held = inputs().state(state);
        StateChange change = change();
        return withRuntime(given, runtime -> {
            options.load(runtime, contract);
            State merged = runtime.merge(contract, held, change);
            ContractLimits.defaults().check(contract, merged);
            if (runtime.verdict(contract, merged) instanceof Verdict.Invalid invalid) {
                throw new ContractRejectedException(
                        contract.key(), "the merged state is not valid: " + invalid.reason());
            }
            out.write(this, merged.equals(held) ? "unchanged state" : "merged state", merged.bytes());
            return VALID;
        });
    }

    private StateChange change() {
        State whole = other == null ? null : inputs().state(other, "other state");
        StateDelta missing = delta == null
                ? null
                : new StateDelta(inputs().state(delta, "delta").bytes());
        if (missing == null) {
            return new StateChange.Full(whole == null ? State.of(new byte[0]) : whole);
        }
        return whole == null ? new StateChange.Delta(missing) : new StateChange.FullAndDelta(whole, missing);
    }
}
