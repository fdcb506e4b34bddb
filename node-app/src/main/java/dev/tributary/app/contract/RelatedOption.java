package dev.tributary.app.contract;

import dev.tributary.core.contract.RelatedContracts;
import dev.tributary.core.value.ContractInstanceId;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** The flag with the states of other contracts, for a contract that asks for them. */
final class RelatedOption {

    @Option(
            names = "--related",
            paramLabel = "ID=FILE",
            description = "the state of another contract, should this one ask for it; may be repeated")
    private Map<String, String> related = new LinkedHashMap<>();

    RelatedContracts read(Inputs inputs) {
        RelatedContracts read = RelatedContracts.none();
        for (Map.Entry<String, String> each : related.entrySet()) {
            try {
                ContractInstanceId id = ContractInstanceId.parse(each.getKey());
                read = read.with(id, inputs.state(each.getValue(), "related state"));
            } catch (IllegalArgumentException wrong) {
                throw new UnusableException("--related = '" + each.getKey() + "': " + wrong.getMessage(), wrong);
            }
        }
        return read;
    }
}
