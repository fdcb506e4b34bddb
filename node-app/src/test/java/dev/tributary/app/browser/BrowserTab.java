package dev.tributary.app.browser;

import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** A tab that shows a page with one frame. */
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
        tools.call(session, "Page.navigate", Map.of("url", url));
    }

    /** Evaluates an expression in the page. Returns its value as text. */
    String inPage(String expression) {
        return text(session, Map.of("expression", expression));
    }

    /** Evaluates an expression in the page's frame. Returns its value as text; empty while there is no frame. */
    String inFrame(String expression) {
        return tools.contexts()
                .latestInFrame(session, target)
                .map(context ->
                        text(context.session(), Map.of("expression", expression, "contextId", context.number())))
                .orElse("");
    }

    private String text(String session, Map<String, ?> arguments) {
        Map<String, Object> parameters = new HashMap<>(arguments);
        parameters.put("expression", "String(" + arguments.get("expression") + ")");
        JsonNode answer = tools.call(session, "Runtime.evaluate", parameters);
        if (answer.has("exceptionDetails")) {
            throw new IllegalStateException(answer.path("exceptionDetails").toString());
        }
        return answer.path("result").path("value").asString("");
    }

    /** Returns a screenshot of the page, as PNG. */
    byte[] screenshot() {
        tools.call("", "Target.activateTarget", Map.of("targetId", target));
        JsonNode answer = tools.call(session, "Page.captureScreenshot", Map.of("format", "png"));
        return Base64.getDecoder().decode(answer.path("data").asString());
    }
}
