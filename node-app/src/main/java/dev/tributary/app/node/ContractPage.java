package dev.tributary.app.node;

import dev.tributary.core.error.NodeException;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.transport.client.http.HttpReply;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** What the pages about one contract share. */
final class ContractPage {

    private ContractPage() {}

    /** The answer for the contract with this key, or 400 if the key is not valid. */
    static Mono<HttpReply> answer(String key, Function<ContractInstanceId, Mono<HttpReply>> answer) {
        ContractInstanceId id;
        try {
            id = ContractInstanceId.parse(key);
        } catch (IllegalArgumentException invalid) {
            return Mono.just(HttpReply.text(400, "the key is not valid: " + invalid.getMessage()));
        }
        return answer.apply(id);
    }

    /** The answer when the node cannot do it now. */
    static HttpReply failure(NodeException failure) {
        return HttpReply.text(503, String.valueOf(failure.getMessage()));
    }
}
