package dev.tributary.app.browser;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Client of the Chrome DevTools Protocol: numbered commands with one answer each, and the known execution contexts. */
final class DevTools implements WebSocket.Listener {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private final AtomicInteger numbers = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> pendingCommands = new ConcurrentHashMap<>();
    private final ExecutionContexts contexts = new ExecutionContexts();
    private final StringBuilder partialMessage = new StringBuilder();
    private final CompletableFuture<WebSocket> socket = new CompletableFuture<>();

    private DevTools() {}

    static DevTools open(HttpClient http, URI address) {
        DevTools tools = new DevTools();
        WebSocket opened = http.newWebSocketBuilder().buildAsync(address, tools).join();
        tools.socket.complete(opened);
        return tools;
    }

    ExecutionContexts contexts() {
        return contexts;
    }

    /** Sends a command to a session, or to the browser itself if it is empty, and waits for the answer. */
    JsonNode call(String session, String method, Map<String, ?> parameters) {
        return send(session, method, parameters)
                .orTimeout(TIMEOUT.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    /** Sends a command without waiting. The future completes with its answer. */
    CompletableFuture<JsonNode> send(String session, String method, Map<String, ?> parameters) {
        int number = numbers.incrementAndGet();
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        pendingCommands.put(number, answer);
        Map<String, Object> command = session.isEmpty()
                ? Map.of("id", number, "method", method, "params", parameters)
                : Map.of("id", number, "method", method, "params", parameters, "sessionId", session);
        String text = JSON.writeValueAsString(command);
        synchronized (numbers) {
            // The WebSocket allows only one pending send.
            socket.join().sendText(text, true).join();
        }
        return answer;
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
        partialMessage.append(part);
        if (last) {
            JsonNode message = JSON.readTree(partialMessage.toString());
            partialMessage.setLength(0);
            received(message);
        }
        from.request(1);
        return CompletableFuture.completedStage(null);
    }

    private void received(JsonNode message) {
        CompletableFuture<JsonNode> answer =
                pendingCommands.remove(message.path("id").asInt(0));
        if (answer == null) {
            event(message.path("sessionId").asString(""), message.path("method").asString(""), message.path("params"));
        } else if (message.has("error")) {
            answer.completeExceptionally(
                    new IllegalStateException(message.path("error").toString()));
        } else {
            answer.complete(message.path("result"));
        }
    }

    private void event(String session, String method, JsonNode parameters) {
        if (method.equals("Target.attachedToTarget") && !session.isEmpty()) {
            String frame = parameters.path("sessionId").asString();
            contexts.addFrame(frame, session);
            CompletableFuture.runAsync(() -> watch(frame));
        } else {
            contexts.event(session, method, parameters);
        }
    }

    /** Enables events about execution contexts of a session, and of its frames that have a process and session of their own. */
    CompletableFuture<?> watch(String session) {
        return CompletableFuture.allOf(
                send(session, "Runtime.enable", Map.of()),
                send(
                        session,
                        "Target.setAutoAttach",
                        Map.of("autoAttach", true, "waitForDebuggerOnStart", false, "flatten", true)));
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        lost(new IllegalStateException("browser connection closed, code " + code));
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable failure) {
        lost(failure);
    }

    private void lost(Throwable failure) {
        pendingCommands.values().forEach(each -> each.completeExceptionally(failure));
    }
}
