package dev.tributary.app.contract;

import dev.tributary.core.contract.RelatedContracts;
import dev.tributary.core.value.ContractInstanceId;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** The flag for the states of related contracts. */
final class RelatedOption {

    @Option(
            names = "--related",
            paramLabel = "ID=FILE",
            description = "the state of a related contract, for contracts that ask for it; may be repeated")
    private Map<String, String> related = new LinkedHashMap<>();

    RelatedContracts read(Inputs inputs) {
        RelatedContracts read = RelatedContracts.none();
        for (Map.Entry<String, String> each : related.entrySet()) {
            try {
                ContractInstanceId id = ContractInstanceId.parse(each.getKey());
                read = read.with(id, inputs.state(each.getValue(), "related state"));
            } catch (IllegalArgumentException invalid) {
                throw new UnusableInputException(
                        "--related = '" + each.getKey() + "': " + invalid.getMessage(), invalid);
            }
        }
        return read;
    }
}
