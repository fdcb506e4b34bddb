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

/** The browser's protocol for developers: numbered commands with an answer each, and a view of where scripts run. */
final class DevTools implements WebSocket.Listener {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final AtomicInteger numbers = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
    private final ScriptPlaces places = new ScriptPlaces();
    private final StringBuilder unfinished = new StringBuilder();
    private final CompletableFuture<WebSocket> socket = new CompletableFuture<>();

    private DevTools() {}

    static DevTools open(HttpClient http, URI address) {
        DevTools tools = new DevTools();
        WebSocket opened = http.newWebSocketBuilder().buildAsync(address, tools).join();
        tools.socket.complete(opened);
        return tools;
    }

    ScriptPlaces places() {
        return places;
    }

    /** Sends a command to a session, or to the browser itself if it is empty, and waits for the answer. */
    JsonNode ask(String session, String method, Map<String, ?> parameters) {
        return tell(session, method, parameters)
                .orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    /** The same, without waiting. */
    CompletableFuture<JsonNode> tell(String session, String method, Map<String, ?> parameters) {
        int number = numbers.incrementAndGet();
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        waiting.put(number, answer);
        Map<String, Object> command = session.isEmpty()
                ? Map.of("id", number, "method", method, "params", parameters)
                : Map.of("id", number, "method", method, "params", parameters, "sessionId", session);
        String text = JSON.writeValueAsString(command);
        synchronized (numbers) {
            // The socket takes one message at a time.
            socket.join().sendText(text, true).join();
        }
        return answer;
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
        unfinished.append(part);
        if (last) {
            JsonNode message = JSON.readTree(unfinished.toString());
            unfinished.setLength(0);
            received(message);
        }
        from.request(1);
        return CompletableFuture.completedStage(null);
    }

    private void received(JsonNode message) {
        CompletableFuture<JsonNode> answer = waiting.remove(message.path("id").asInt(0));
        if (answer == null) {
            event(message.path("sessionId").asString(""), message.path("method").asString(""), message.path("params"));
        } else if (message.has("error")) {
            answer.completeExceptionally(
                    new IllegalStateException(message.path("error").toString()));
        } else {
            answer.complete(message.path("result"));
        }
    }

    private void event(String session, String method, JsonNode facts) {
        if (method.equals("Target.attachedToTarget") && !session.isEmpty()) {
            String frame = facts.path("sessionId").asString();
            places.belongs(frame, session);
            CompletableFuture.runAsync(() -> watch(frame));
        } else {
            places.event(session, method, facts);
        }
    }

    /** Hears of the scripts that run in a session and in the frames of it that have a process, and so a session, of their own. */
    CompletableFuture<?> watch(String session) {
        return CompletableFuture.allOf(
                tell(session, "Runtime.enable", Map.of()),
                tell(
                        session,
                        "Target.setAutoAttach",
                        Map.of("autoAttach", true, "waitForDebuggerOnStart", false, "flatten", true)));
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        lost(new IllegalStateException("the browser has gone: " + code));
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable failure) {
        lost(failure);
    }

    private void lost(Throwable failure) {
        waiting.values().forEach(each -> each.completeExceptionally(failure));
    }
}
