package dev.tributary.app.client;

import dev.tributary.app.contract.Printable;
import dev.tributary.app.contract.StandardStreams;
import dev.tributary.transport.client.message.NodeQuery;
import dev.tributary.transport.client.message.QueryAnswer;
import dev.tributary.transport.client.remote.NodeClient;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine.Command;

/** Shows what a running node hosts. */
@Command(
        name = "contracts",
        description = "Shows what a running node hosts, a line each: key, bytes of its state, subscribers.")
final class ContractsCommand extends ClientCommand {

    private static final NodeQuery ALL =
            new NodeQuery.NodeDiagnostics(false, false, false, List.of(), false, false, false);

    ContractsCommand(StandardStreams streams) {
        super(streams);
    }

    record Facts(String key, long bytes, long subscribers) {}

    @Override
    int run(NodeClient node) {
        List<Facts> contracts =
                Objects.requireNonNull(
                                node.ask(ALL, QueryAnswer.NodeDiagnostics.class).block())
                        .contracts()
                        .stream()
                        .map(each -> new Facts(each.contract(), each.sizeBytes(), each.subscribers()))
                        .sorted(Comparator.comparing(Facts::key))
                        .toList();
        if (json()) {
            print(contracts);
            return DONE;
        }
        for (Facts each : contracts) {
            out().printf("%s  %d  %d%n", Printable.line(each.key()), each.bytes(), each.subscribers());
        }
        out().printf("%d contracts%n", contracts.size());
        out().flush();
        return DONE;
    }
}
