package dev.tributary.app.browser;

import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;

/** Execution contexts of scripts: the documents in all tabs and frames. Thread-safe. */
final class ExecutionContexts {

    /** The execution context of a document, numbered within its session. */
    record ExecutionContext(String session, int number, String frame) {}

    private final Map<String, String> tabs = new ConcurrentHashMap<>();
    private final Map<String, ExecutionContext> contexts = new ConcurrentHashMap<>();

    /** Records that a frame's session belongs to the tab of the parent session, which is a tab or one of its frames. */
    void addFrame(String frame, String parent) {
        tabs.put(frame, tabs.getOrDefault(parent, parent));
    }

    void event(String session, String method, JsonNode parameters) {
        if (method.equals("Runtime.executionContextCreated")) {
            created(session, parameters.path("context"));
        } else if (method.equals("Runtime.executionContextDestroyed")) {
            contexts.remove(key(session, parameters.path("executionContextId").asInt()));
        } else if (method.equals("Runtime.executionContextsCleared")) {
            removeSession(session);
        } else if (method.equals("Target.detachedFromTarget")) {
            removeSession(parameters.path("sessionId").asString());
        }
    }

    private void created(String session, JsonNode context) {
        JsonNode auxiliary = context.path("auxData");
        if (auxiliary.path("isDefault").asBoolean(false)) {
            int number = context.path("id").asInt();
            contexts.put(
                    key(session, number),
                    new ExecutionContext(
                            session, number, auxiliary.path("frameId").asString()));
        }
    }

    private void removeSession(String session) {
        contexts.values().removeIf(each -> each.session().equals(session));
    }

    private static String key(String session, int number) {
        return session + "/" + number;
    }

    /** Returns the latest context in this tab that belongs to a frame instead of the tab's own document. */
    Optional<ExecutionContext> latestInFrame(String tab, String ownFrame) {
        return contexts.values().stream()
                .filter(each ->
                        tabs.getOrDefault(each.session(), each.session()).equals(tab)
                                && !each.frame().equals(ownFrame))
                .max(Comparator.comparingInt(ExecutionContext::number));
    }
}
