package dev.tributary.app.client;

import dev.tributary.app.contract.CodeOption;
import dev.tributary.app.contract.Inputs;
import dev.tributary.app.contract.StandardStreams;
import dev.tributary.app.contract.UnusableInputException;
import dev.tributary.core.contract.ContractLimits;
import dev.tributary.core.contract.standard.ImmutableBlob;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.State;
import dev.tributary.transport.client.remote.NodeClient;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Publishes a state. */
@Command(
        name = "put",
        description = {
            "Publishes a file through a running node, and prints the key and the command that reads it back.",
            "Without --code or --standard it becomes an immutable blob, whose key is derived from its content. Create"
                    + " states of other standard contracts with 'tributary contract new', and publish websites with"
                    + " 'tributary publish'."
        })
final class PutCommand extends ClientCommand {

    @picocli.CommandLine.Parameters(paramLabel = "FILE", description = "the state; '-' is standard input")
    @SuppressWarnings("NullAway.Init") // set by the parser
    private String file;

    @ArgGroup
    private @Nullable CodeOption code;

    @Option(
            names = "--parameters",
            paramLabel = "FILE",
            description = "the contract's parameters, up to 1 MiB; '-' is standard input (default: none)")
    private @Nullable String parameters;

    @Option(names = "--pin", description = "also pin the contract: the node keeps it until it is unpinned")
    private boolean pin;

    PutCommand(StandardStreams streams) {
        super(streams);
    }

    record PutReport(String key, String codeHash, int bytes, String getCommand) {}

    @Override
    int run(NodeClient node) {
        if (code == null && parameters != null) {
            throw wrongUsage("--parameters requires --code or --standard");
        }
        if (Inputs.isDirectory(file)) {
            throw new UnusableInputException(
                    "'" + file + "' is a directory: publish it as a website with 'tributary publish'");
        }
        Bytes content = inputs().read(file, "state", ContractLimits.defaults().stateBytes());
        Contract contract = code == null ? ImmutableBlob.contract(content) : contract(code);
        node.put(contract, new State(content)).block();
        if (pin) {
            NodePages.pin(node, contract.id());
        }
        String key = contract.key().toString();
        PutReport result =
                new PutReport(key, contract.code().hash().toString(), content.size(), commandLineFor("get", key));
        if (json()) {
            print(result);
        } else {
            clearProgress();
            out().printf("stored %s: %d bytes%s%n", key, content.size(), pin ? ", pinned" : "");
            out().printf("read it back with: %s%n", result.getCommand());
            out().flush();
        }
        return SUCCESS;
    }

    private Contract contract(CodeOption choice) {
        Parameters read = parameters == null
                ? Parameters.none()
                : new Parameters(inputs().read(
                                parameters,
                                "parameters file",
                                ContractLimits.defaults().parameterBytes()));
        return Contract.of(choice.read(inputs()).code(), read);
    }
}
