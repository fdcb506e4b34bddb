package dev.tributary.core.simulation;

import dev.tributary.core.Node;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TransactionId;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import reactor.core.publisher.Mono;

/** A small simulated network whose traffic is written as a transcript. */
final class TranscriptNetwork {

    private final Transcript transcript = new Transcript();
    private final SimulatedNetwork network;
    private Duration begin = Duration.ZERO;
    private Duration end = Duration.ofDays(1);

    private TranscriptNetwork(SimulatedNetworkBuilder builder) {
        this.network = SimulatedNetwork.start(builder, transcript);
    }

    static TranscriptNetwork start(SimulatedNetworkBuilder builder) {
        return new TranscriptNetwork(builder);
    }

    SimulatedNetwork network() {
        return network;
    }

    /** The node, to call as its client. */
    Node node(int number) {
        return network.client(number);
    }

    void advance(Duration duration) {
        network.time().advance(duration);
    }

    /** The transcript begins now. */
    void begin() {
        begin = network.time().elapsed();
    }

    /** The transcript contains what is sent in this time after the start of the network. */
    void limit(Duration first, Duration last) {
        begin = first;
        end = last;
    }

    /** Records what happens to the network. */
    void note(String text) {
        transcript.note(network.time().elapsed(), "network", text, null);
    }

    /** Records what a client of the node does. */
    void call(int node, String request, Contract contract) {
        String text = "client calls " + request + " of contract " + MessageText.abbreviated(contract.id());
        transcript.note(network.time().elapsed(), name(node), text, null);
    }

    /** Records what a client of the node receives. */
    void result(int node, Object result) {
        transcript.note(network.time().elapsed(), name(node), "client gets ", (Record) result);
    }

    /** Runs a client's operation, and records it with its result. */
    void run(int node, String request, Contract contract, Mono<?> operation) {
        call(node, request, contract);
        result(node, network.time().run(operation));
    }

    /** The nodes, the nearest to the contract's location first. */
    List<Integer> byDistance(Contract contract) {
        return IntStream.range(0, network.size())
                .boxed()
                .sorted(Comparator.comparingDouble((Integer node) ->
                        network.id(node).location().distanceTo(contract.key().location())))
                .toList();
    }

    /** The introduction, the nodes and the contract, and what travelled, without searches for neighbours. */
    String write(String introduction, Contract contract) {
        String place = String.format(
                Locale.ROOT,
                "  contract %s at %.4f\n",
                MessageText.abbreviated(contract.id()),
                contract.key().location().value());
        return introduction + '\n' + nodes() + place + '\n' + lines(transcript.searches());
    }

    /** The introduction, the nodes, and what travelled. */
    String write(String introduction) {
        return introduction + '\n' + nodes() + '\n' + lines(Set.of());
    }

    private String nodes() {
        return IntStream.range(0, network.size())
                .mapToObj(node -> String.format(
                        Locale.ROOT,
                        "  %s   %s at %.4f%s\n",
                        name(node),
                        MessageText.abbreviated(network.id(node)),
                        network.id(node).location().value(),
                        node < network.gateways() ? ", the gateway" : ""))
                .collect(Collectors.joining(
                        "", "Nodes, with the first characters of their ids and their locations on the ring:\n", ""));
    }

    /** The lines, without messages of these transactions and without dials that fail once more. */
    private String lines(Set<TransactionId> transactionsLeftOut) {
        Map<PeerId, String> names = new HashMap<>();
        IntStream.range(0, network.size()).forEach(node -> names.put(network.id(node), name(node)));
        MessageText messages = new MessageText(names);
        Set<String> failed = new HashSet<>();
        StringBuilder text = new StringBuilder(TranscriptLine.HEADING).append('\n');
        int searches = 0;
        int repeatedDials = 0;
        for (TranscriptLine line : transcript.between(begin, end)) {
            if (line.belongsTo(transactionsLeftOut)) {
                searches++;
            } else if (line.isFailedDial() && !failed.add(line.pair())) {
                repeatedDials++;
            } else {
                text.append(line.write(begin.toNanos(), messages)).append('\n');
            }
        }
        return text.append(leftOut(searches, repeatedDials)).toString();
    }

    private static String leftOut(int searches, int repeatedDials) {
        return "\nLeft out: TLS, Hello frames and keep-alive, which are not simulated"
                + (searches == 0 ? "" : "; " + searches + " messages of searches for neighbours (see join.txt)")
                + (repeatedDials == 0 ? "" : "; " + repeatedDials + " repeated dials that failed as the first did")
                + ".\n";
    }

    private static String name(int node) {
        return "node " + node;
    }
}
