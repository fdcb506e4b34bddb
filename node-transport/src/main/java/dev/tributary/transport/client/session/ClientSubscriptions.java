package dev.tributary.transport.client.session;

import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.transport.client.message.ClientError;
import dev.tributary.transport.client.message.ClientError.Command;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** The subscriptions of one session. Confined to its event loop, except {@link #contracts}. */
final class ClientSubscriptions {

    private final ClientUpdates updates;
    private final int limit;
    private final SubscriberCounts subscribers;
    private final UpdateEncoder payloads;
    private final Consumer<Runnable> loop;
    private final ReplyQueue outbox;
    private final Map<ContractInstanceId, ClientSubscription> byContract = new ConcurrentHashMap<>();
    private boolean closed;

    ClientSubscriptions(
            ClientUpdates updates,
            int limit,
            SubscriberCounts subscribers,
            UpdateEncoder payloads,
            Consumer<Runnable> loop,
            ReplyQueue outbox) {
        this.updates = updates;
        this.limit = limit;
        this.subscribers = subscribers;
        this.payloads = payloads;
        this.loop = loop;
        this.outbox = outbox;
    }

    /**
     * Returns the subscription to this contract, or a new one that has not started.
     *
     * @throws ClientErrorException if the session is closed, or a limit of the session or the contract is reached
     */
    ClientSubscription getOrCreate(ContractInstanceId id) {
        ClientSubscription existing = byContract.get(id);
        if (existing != null) {
            return existing;
        }
        if (closed) {
            throw new ClientErrorException(ClientError.Plain.DISCONNECT);
        }
        if (byContract.size() == limit) {
            throw refused(id, "this client is subscribed to " + limit + " contracts, which is the limit");
        }
        if (!subscribers.tryAdd(id)) {
            throw refused(id, subscribers.limit() + " clients are subscribed to it, which is the limit");
        }
        ClientSubscription created =
                new ClientSubscription(loop, outbox, payloads, updates, failure -> ended(id, failure));
        byContract.put(id, created);
        updates.of(id).subscribe(created);
        return created;
    }

    private static ClientErrorException refused(ContractInstanceId id, String reason) {
        return new ClientErrorException(
                new ClientError.OperationError("failed to subscribe for contract " + id + ", reason: " + reason));
    }

    /** Pauses notifications of this contract. Running the result resumes them. */
    Runnable pause(ContractInstanceId id) {
        ClientSubscription existing = byContract.get(id);
        if (existing == null) {
            return () -> {};
        }
        existing.pause();
        return existing::resume;
    }

    private void ended(ContractInstanceId id, Throwable failure) {
        ClientSubscription ended = byContract.get(id);
        if (ended != null) {
            remove(id);
            if (ended.isStarted()) {
                outbox.add(ClientErrorMapper.toClientError(Command.SUBSCRIBE, id, failure));
            }
        }
    }

    /** Cancels a subscription that has not found its contract yet. */
    void cancelPending(ContractInstanceId id) {
        ClientSubscription existing = byContract.get(id);
        if (existing != null && !existing.isFound()) {
            existing.cancel();
            remove(id);
        }
    }

    private void remove(ContractInstanceId id) {
        byContract.remove(id);
        subscribers.remove(id);
    }

    /** Returns the contracts that the session is subscribed to. Any thread may call it. */
    Set<ContractInstanceId> contracts() {
        return Set.copyOf(byContract.keySet());
    }

    /** Cancels all subscriptions and accepts no new ones. */
    void close() {
        closed = true;
        List.copyOf(byContract.keySet()).forEach(id -> {
            ClientSubscription existing = byContract.get(id);
            if (existing != null) {
                existing.cancel();
            }
            remove(id);
        });
    }
}
