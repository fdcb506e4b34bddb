package dev.tributary.transport.client.web;

import dev.tributary.core.Node;
import dev.tributary.core.error.DeadlineExceededException;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.error.NodeStoppedException;
import dev.tributary.transport.client.http.BadRequestException;
import dev.tributary.transport.client.http.DoorAnswer;
import dev.tributary.transport.client.http.Escaped;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Error pages for web applications that cannot be shown. */
final class FailurePages {

    private static final Logger log = LoggerFactory.getLogger(FailurePages.class);

    /** Retry-After of temporary failures, in seconds. */
    private static final int RETRY_SECONDS = 60;

    /** Reload interval of a page while the node has no neighbours, in seconds. */
    private static final int RELOAD_SECONDS = 5;

    private final Node node;

    FailurePages(Node node) {
        this.node = node;
    }

    DoorAnswer of(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        if (failure instanceof BadRequestException || failure instanceof UnusableArchiveException) {
            return page(400, "This cannot be shown", message, 0);
        }
        if (failure instanceof AbsentAppException && node.status().neighbours().isEmpty()) {
            return retry(page(503, "Connecting", "The node is connecting to its neighbours.", RELOAD_SECONDS));
        }
        if (failure instanceof AbsentAppException) {
            return retry(page(503, "Not found", message + ". It may appear later.", 0));
        }
        if (failure instanceof TimeoutException
                || failure instanceof DeadlineExceededException
                || failure instanceof NodeStoppedException) {
            return retry(page(503, "Timeout", "The application was not fetched in time.", RETRY_SECONDS));
        }
        if (failure instanceof NodeException known) {
            return known.isRetryable()
                    ? retry(page(503, "Temporarily unavailable", message, RETRY_SECONDS))
                    : page(500, "Internal error", message, 0);
        }
        log.warn("web application failed", failure);
        return page(500, "Internal error", "The node's log has the details.", 0);
    }

    private static DoorAnswer retry(DoorAnswer answer) {
        return answer.with("Retry-After", String.valueOf(RETRY_SECONDS)).with("Cache-Control", "no-store");
    }

    /** Returns a page that reloads itself after this many seconds; never if 0. */
    private static DoorAnswer page(int status, String title, String text, int reloadSeconds) {
        String refresh = reloadSeconds == 0 ? "" : "<meta http-equiv=\"refresh\" content=\"" + reloadSeconds + "\">";
        String html = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">" + refresh + "<title>"
                + Escaped.html(title) + "</title></head><body><h1>" + Escaped.html(title) + "</h1><p>"
                + Escaped.html(text) + "</p></body></html>";
        return DoorAnswer.html(status, html)
                .with("X-Content-Type-Options", "nosniff")
                .with("Content-Security-Policy", "default-src 'none'");
    }
}
