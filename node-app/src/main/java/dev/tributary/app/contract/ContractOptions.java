package dev.tributary.app.contract;

import dev.tributary.core.contract.ContractLimits;
import dev.tributary.core.error.ContractUnsupportedException;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.Parameters;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The flags that select the contract for a command. */
final class ContractOptions {

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init") // set by the parser
    private CodeOption code;

    @Option(
            names = "--parameters",
            paramLabel = "FILE",
            description = "the contract's parameters, up to 1 MiB; '-' is standard input (default: none)")
    private @Nullable String parameters;

    private String source = "";

    Contract read(Inputs inputs) {
        Parameters read = parameters == null
                ? Parameters.none()
                : new Parameters(inputs.read(
                        parameters, "parameters file", ContractLimits.defaults().parameterBytes()));
        SelectedCode chosen = code.read(inputs);
        source = chosen.source();
        return Contract.of(chosen.code(), read);
    }

    /** Compiles the contract's code; throws {@link UnusableInputException} that names the file if the code cannot be run. */
    void load(OfflineRuntime runtime, Contract contract) {
        try {
            runtime.load(contract.code());
        } catch (ContractUnsupportedException refused) {
            throw new UnusableInputException("the code '" + source + "' cannot be run: " + refused.reason(), refused);
        }
    }

    /** The selected standard contract if no parameters were given, else null. */
    @Nullable
    StandardContract standardWithoutParameters() {
        return parameters == null ? code.standard() : null;
    }
}
