package dev.tributary.transport.client.remote;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import dev.tributary.transport.client.message.ClientAnswer;
import dev.tributary.transport.client.message.ClientReply;
import dev.tributary.transport.client.message.ClientRequest;
import dev.tributary.transport.client.message.UpdatePayload;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** A node with scripted replies that can become unreachable. Not thread-safe. */
final class ScriptedNode implements Connector {

    static final Contract CONTRACT = LastWriterWins.named("scripted");
    static final URI ADDRESS = URI.create("ws://127.0.0.1:1");
    static final NodeClientConfig CONFIG = NodeClientConfig.of(ADDRESS);

    private final List<ScriptedConnection> connections = new ArrayList<>();
    private Function<ClientRequest, List<ClientReply>> script = request -> List.of();
    private boolean unreachable;
    private int attempts;

    /** Sets the replies to each request from now on. */
    ScriptedNode replyWith(Function<ClientRequest, List<ClientReply>> answers) {
        script = answers;
        return this;
    }

    void disconnect() {
        unreachable = true;
        connections.forEach(wire -> {
            if (!wire.isClosed()) {
                wire.end(new ConnectionLostException(ADDRESS, "gone"));
            }
        });
    }

    void reconnect() {
        unreachable = false;
    }

    /** Number of attempts to connect. */
    int attempts() {
        return attempts;
    }

    List<ScriptedConnection> connections() {
        return connections;
    }

    ScriptedConnection lastConnection() {
        return connections.get(connections.size() - 1);
    }

    @Override
    public Mono<NodeConnection> connect() {
        return Mono.fromSupplier(() -> {
            attempts++;
            if (unreachable) {
                throw new NodeUnreachableException(ADDRESS, new IllegalStateException("refused"));
            }
            ScriptedConnection wire = new ScriptedConnection(request -> script.apply(request));
            connections.add(wire);
            return wire;
        });
    }

    static ClientAnswer found(String state) {
        return new ClientAnswer.GetAnswer(CONTRACT.key(), Optional.empty(), State.utf8(state));
    }

    static ClientAnswer changed(String state) {
        return new ClientAnswer.UpdateNotification(CONTRACT.key(), new UpdatePayload.FullState(State.utf8(state)));
    }
}
