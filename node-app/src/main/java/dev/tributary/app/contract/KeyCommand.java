package dev.tributary.app.contract;

import dev.tributary.core.value.Contract;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints the key that is derived from code and parameters. */
@Command(
        name = "key",
        description = "Prints a contract's key, derived from code and parameters: the key that a GET takes.")
final class KeyCommand extends OfflineCommand {

    @Mixin
    private final ContractOptions options = new ContractOptions();

    @Option(names = "--json", description = "print the result as JSON")
    private boolean json;

    KeyCommand(StandardStreams streams) {
        super(streams);
    }

    record KeyReport(String key, String codeHash, int parameterBytes) {}

    @Override
    int run() {
        Contract contract = options.read(inputs());
        KeyReport facts = new KeyReport(
                contract.id().toString(),
                contract.code().hash().toString(),
                contract.parameters().bytes().size());
        if (json) {
            json(facts);
        } else {
            out().printf("key         %s%n", facts.key());
            out().printf("code hash   %s%n", facts.codeHash());
            out().printf("parameters  %d bytes%n", facts.parameterBytes());
        }
        return VALID;
    }
}
