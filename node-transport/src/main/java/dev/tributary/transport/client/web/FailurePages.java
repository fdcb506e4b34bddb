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

/** What a browser is shown when an application cannot be. */
final class FailurePages {

    private static final Logger log = LoggerFactory.getLogger(FailurePages.class);

    private static final int RETRY_SECONDS = 60;

    private static final int SOON_SECONDS = 5;

    private final Node node;

    FailurePages(Node node) {
        this.node = node;
    }

    DoorAnswer of(Throwable failure) {
        String said = String.valueOf(failure.getMessage());
        if (failure instanceof BadRequestException || failure instanceof UnusableArchiveException) {
            return page(400, "This cannot be shown", said, 0);
        }
        if (failure instanceof AbsentAppException && node.status().neighbours().isEmpty()) {
            return retry(page(503, "Connecting", "The node looks for its neighbours.", SOON_SECONDS));
        }
        if (failure instanceof AbsentAppException) {
            return retry(page(503, "Not found", said + ". It may appear later.", 0));
        }
        if (failure instanceof TimeoutException
                || failure instanceof DeadlineExceededException
                || failure instanceof NodeStoppedException) {
            return retry(page(503, "This takes long", "The application was not fetched in time.", RETRY_SECONDS));
        }
        if (failure instanceof NodeException known) {
            return known.isRetryable()
                    ? retry(page(503, "Not now", said, RETRY_SECONDS))
                    : page(500, "This went wrong", said, 0);
        }
        log.warn("a web application could not be shown", failure);
        return page(500, "This went wrong", "The node's log says more.", 0);
    }

    private static DoorAnswer retry(DoorAnswer answer) {
        return answer.with("Retry-After", String.valueOf(RETRY_SECONDS)).with("Cache-Control", "no-store");
    }

    /** A page that loads itself again after this many seconds, unless they are none. */
    private static DoorAnswer page(int status, String title, String text, int again) {
        String refresh = again == 0 ? "" : "<meta http-equiv=\"refresh\" content=\"" + again + "\">";
        String html = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">" + refresh + "<title>"
                + Escaped.html(title) + "</title></head><body><h1>" + Escaped.html(title) + "</h1><p>"
                + Escaped.html(text) + "</p></body></html>";
        return DoorAnswer.html(status, html)
                .with("X-Content-Type-Options", "nosniff")
                .with("Content-Security-Policy", "default-src 'none'");
    }
}
