package dev.tributary.app.browser;

import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;

/** Where scripts run: the documents in all tabs and frames. Safe to use from any thread. */
final class ScriptPlaces {

    /** A document's scripts, as the session knows them by number. */
    record Place(String session, int number, String frame) {}

    private final Map<String, String> tabs = new ConcurrentHashMap<>();
    private final Map<String, Place> places = new ConcurrentHashMap<>();

    /** A frame's session is one of this tab, or of a frame of it. */
    void belongs(String frame, String parent) {
        tabs.put(frame, tabs.getOrDefault(parent, parent));
    }

    void event(String session, String method, JsonNode facts) {
        if (method.equals("Runtime.executionContextCreated")) {
            created(session, facts.path("context"));
        } else if (method.equals("Runtime.executionContextDestroyed")) {
            places.remove(key(session, facts.path("executionContextId").asInt()));
        } else if (method.equals("Runtime.executionContextsCleared")) {
            forget(session);
        } else if (method.equals("Target.detachedFromTarget")) {
            forget(facts.path("sessionId").asString());
        }
    }

    private void created(String session, JsonNode context) {
        JsonNode more = context.path("auxData");
        if (more.path("isDefault").asBoolean(false)) {
            int number = context.path("id").asInt();
            places.put(
                    key(session, number),
                    new Place(session, number, more.path("frameId").asString()));
        }
    }

    private void forget(String session) {
        places.values().removeIf(each -> each.session().equals(session));
    }

    private static String key(String session, int number) {
        return session + "/" + number;
    }

    /** The latest document in this tab that is not the tab's own but one in a frame. */
    Optional<Place> framed(String tab, String ownFrame) {
        return places.values().stream()
                .filter(each ->
                        tabs.getOrDefault(each.session(), each.session()).equals(tab)
                                && !each.frame().equals(ownFrame))
                .max(Comparator.comparingInt(Place::number));
    }
}
