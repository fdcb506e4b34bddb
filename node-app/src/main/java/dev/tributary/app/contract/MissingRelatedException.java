package dev.tributary.app.contract;

import dev.tributary.core.value.ContractInstanceId;
import java.util.List;
import java.util.stream.Collectors;

/** A contract asks for the states of related contracts that were not given. */
final class MissingRelatedException extends RuntimeException {

    private final transient List<ContractInstanceId> ids;

    MissingRelatedException(List<ContractInstanceId> ids) {
        super("asks for related contracts: "
                + ids.stream().map(ContractInstanceId::toString).collect(Collectors.joining(", ")));
        this.ids = List.copyOf(ids);
    }

    List<ContractInstanceId> ids() {
        return ids;
    }
}
