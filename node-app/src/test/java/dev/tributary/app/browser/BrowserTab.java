package dev.tributary.app.browser;

import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** A tab that shows a page with one frame in it. */
final class BrowserTab {

    private final DevTools tools;
    private final String target;
    private final String session;

    BrowserTab(DevTools tools, String target, String session) {
        this.tools = tools;
        this.target = target;
        this.session = session;
    }

    void load(String url) {
        tools.watch(session).join();
        tools.ask(session, "Page.navigate", Map.of("url", url));
    }

    /** What an expression is in the page itself, as text. */
    String inPage(String expression) {
        return text(session, Map.of("expression", expression));
    }

    /** What an expression is in the page's frame, as text. Empty as long as there is none. */
    String inFrame(String expression) {
        return tools.places()
                .framed(session, target)
                .map(place -> text(place.session(), Map.of("expression", expression, "contextId", place.number())))
                .orElse("");
    }

    private String text(String where, Map<String, ?> what) {
        Map<String, Object> parameters = new HashMap<>(what);
        parameters.put("expression", "String(" + what.get("expression") + ")");
        JsonNode answer = tools.ask(where, "Runtime.evaluate", parameters);
        if (answer.has("exceptionDetails")) {
            throw new IllegalStateException(answer.path("exceptionDetails").toString());
        }
        return answer.path("result").path("value").asString("");
    }

    /** What a person would see, as a PNG file's content. */
    byte[] picture() {
        tools.ask("", "Target.activateTarget", Map.of("targetId", target));
        JsonNode answer = tools.ask(session, "Page.captureScreenshot", Map.of("format", "png"));
        return Base64.getDecoder().decode(answer.path("data").asString());
    }
}
