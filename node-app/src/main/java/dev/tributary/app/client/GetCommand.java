package dev.tributary.app.client;

import dev.tributary.app.contract.Printable;
import dev.tributary.app.contract.StandardStreams;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.State;
import dev.tributary.transport.client.message.ClientAnswer.GetAnswer;
import dev.tributary.transport.client.remote.NodeClient;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Fetches a state. */
@Command(name = "get", description = "Fetches a contract's state through a running node.")
final class GetCommand extends ClientCommand {

    @Parameters(paramLabel = "KEY", description = "the contract's key")
    @SuppressWarnings("NullAway.Init") // set by the parser
    private String key;

    @Mixin
    private final StateOutput output = new StateOutput();

    @Option(
            names = "--content",
            description =
                    "only the content of a document, or the archive of a website, without the contract's own data")
    private boolean contentOnly;

    @Option(
            names = "--explain",
            description = "also tell whether another host has confirmed the state, and how many hops away it was found")
    private boolean explains;

    GetCommand(StandardStreams streams) {
        super(streams);
    }

    record GetReport(
            String key,
            String codeHash,
            int bytes,
            String sha256,
            @Nullable Boolean confirmed,
            @Nullable Integer hops) {}

    @Override
    int run(NodeClient node) {
        ContractInstanceId id = id(key);
        // First, so that the answer is at least as new as what is said of it.
        @Nullable JsonNode explanation = explains ? NodePages.explain(node, id) : null;
        @Nullable GetAnswer found = node.get(id).block();
        clearProgress();
        if (found == null) {
            err().println("not found: no queried node has contract " + id);
            return NEGATIVE_ANSWER;
        }
        Bytes bytes = contentOnly
                ? StateContent.of(found.key().code(), found.state())
                : found.state().bytes();
        @Nullable JsonNode explained = explanation != null && isOf(found.state(), explanation) ? explanation : null;
        GetReport result = new GetReport(
                key,
                found.key().code().toString(),
                bytes.size(),
                Printable.hash(bytes),
                explained == null ? null : explained.path("confirmed").asBoolean(false),
                explained == null ? null : explained.path("hops").asInt(0));
        output.write(this, bytes);
        if (json()) {
            print(output.textWriter(this), result, true);
        } else {
            output.printLine(this, "found %s: %d bytes, SHA-256 %s".formatted(key, bytes.size(), result.sha256()));
            if (explains) {
                output.textWriter(this).println(explanation(result));
                output.textWriter(this).flush();
            }
        }
        return SUCCESS;
    }

    private static boolean isOf(State state, JsonNode explanation) {
        return explanation
                .path("sha256")
                .asString("")
                .equals(state.digest().bytes().toHex());
    }

    private static String explanation(GetReport result) {
        @Nullable Boolean confirmed = result.confirmed();
        if (confirmed == null) {
            return "changed while it was asked for: ask again";
        }
        String where = "found " + result.hops() + " hops away";
        return confirmed
                ? "confirmed by another host, " + where
                : "not confirmed by another host, which may hold a newer state; " + where;
    }
}
