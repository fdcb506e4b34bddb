package dev.tributary.transport.client.session;

import dev.tributary.core.Node;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.transport.client.message.ClientError;
import dev.tributary.transport.client.message.ClientError.Command;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** The subscriptions of one session. Used on its event loop. */
final class ClientSubscriptions {

    private final Node node;
    private final int limit;
    private final Subscribers subscribers;
    private final Payloads payloads;
    private final Consumer<Runnable> loop;
    private final Outbox outbox;
    private final Map<ContractInstanceId, ClientSubscription> byContract = new ConcurrentHashMap<>();
    private boolean closed;

    ClientSubscriptions(
            Node node, int limit, Subscribers subscribers, Payloads payloads, Consumer<Runnable> loop, Outbox outbox) {
        this.node = node;
        this.limit = limit;
        this.subscribers = subscribers;
        this.payloads = payloads;
        this.loop = loop;
        this.outbox = outbox;
    }

    /**
     * The subscription to this contract: the one that is there, or a new one that has not begun.
     *
     * @throws ClientErrorException if there may be no more
     */
    ClientSubscription to(ContractInstanceId id) {
        ClientSubscription known = byContract.get(id);
        if (known != null) {
            return known;
        }
        if (closed) {
            throw new ClientErrorException(ClientError.Plain.DISCONNECT);
        }
        if (byContract.size() == limit) {
            throw refused(id, "this client is subscribed to " + limit + " contracts, which is the limit");
        }
        if (!subscribers.enter(id)) {
            throw refused(id, subscribers.limit() + " clients are subscribed to it, which is the limit");
        }
        ClientSubscription fresh = new ClientSubscription(loop, outbox, payloads, failure -> ended(id, failure));
        byContract.put(id, fresh);
        node.subscribe(id).subscribe(fresh);
        return fresh;
    }

    private static ClientErrorException refused(ContractInstanceId id, String why) {
        return new ClientErrorException(
                new ClientError.OperationError("failed to subscribe for contract " + id + ", reason: " + why));
    }

    /** Holds back notifications of this contract until the result is run. */
    Runnable hold(ContractInstanceId id) {
        ClientSubscription known = byContract.get(id);
        if (known == null) {
            return () -> {};
        }
        known.hold();
        return known::release;
    }

    private void ended(ContractInstanceId id, Throwable failure) {
        ClientSubscription ended = byContract.get(id);
        if (ended != null) {
            remove(id);
            if (ended.begun()) {
                outbox.add(Failures.of(Command.SUBSCRIBE, id, failure));
            }
        }
    }

    /** Gives up a subscription that has not found its contract. */
    void giveUp(ContractInstanceId id) {
        ClientSubscription known = byContract.get(id);
        if (known != null && !known.found()) {
            known.cancel();
            remove(id);
        }
    }

    private void remove(ContractInstanceId id) {
        byContract.remove(id);
        subscribers.leave(id);
    }

    /** On any thread. */
    Set<ContractInstanceId> contracts() {
        return Set.copyOf(byContract.keySet());
    }

    /** Ends all of them; there will be no more. */
    void close() {
        closed = true;
        List.copyOf(byContract.keySet()).forEach(id -> {
            ClientSubscription known = byContract.get(id);
            if (known != null) {
                known.cancel();
            }
            remove(id);
        });
    }
}
