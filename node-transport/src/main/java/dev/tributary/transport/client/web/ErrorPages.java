package dev.tributary.transport.client.web;

import dev.tributary.core.Node;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.error.RateLimitedLog;
import dev.tributary.transport.client.http.BadRequestException;
import dev.tributary.transport.client.http.Escaping;
import dev.tributary.transport.client.http.HttpReply;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Error pages for web applications that cannot be shown. */
final class ErrorPages {

    private static final Logger log = LoggerFactory.getLogger(ErrorPages.class);
    private static final RateLimitedLog failures = RateLimitedLog.of(log);

    /** Retry-After of temporary failures, in seconds. */
    private static final int RETRY_SECONDS = 60;

    /** Reload interval of a page while the node has no neighbours, in seconds. */
    private static final int RELOAD_SECONDS = 5;

    private final Node node;

    ErrorPages(Node node) {
        this.node = node;
    }

    HttpReply of(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        if (failure instanceof BadRequestException || failure instanceof UnusableArchiveException) {
            return page(400, "This cannot be shown", message, 0);
        }
        if (failure instanceof AppNotFoundException
                && node.status().neighbours().isEmpty()) {
            return retry(page(503, "Connecting", "The node is connecting to its neighbours.", RELOAD_SECONDS));
        }
        if (failure instanceof AppNotFoundException) {
            return retry(page(503, "Not found", message + ". It may appear later.", 0));
        }
        if (failure instanceof TimeoutException) {
            return timeout();
        }
        if (failure instanceof NodeException known) {
            return of(known, message);
        }
        failures.warn(failure, "web application failed");
        return page(500, "Internal error", "The node's log has the details.", 0);
    }

    private static HttpReply of(NodeException failure, String message) {
        return switch (failure.kind()) {
            case DEADLINE_EXCEEDED, NODE_STOPPED -> timeout();
            case CHANNEL_CLOSED,
                    CHANNEL_FULL,
                    CONTRACT_DAMAGED,
                    CONTRACT_FAILED,
                    CONTRACT_NOT_FOUND,
                    CONTRACT_QUARANTINED,
                    CONTRACT_REJECTED,
                    CONTRACT_UNSUPPORTED,
                    EXCHANGE_TIMEOUT,
                    HOSTING_BUDGET,
                    LINK_CLOSED,
                    NODE_BUSY,
                    PAYLOAD_TOO_LARGE,
                    PEER_UNREACHABLE,
                    PEER_UNRESPONSIVE,
                    PROTOCOL,
                    REMOTE_FAILURE,
                    STORAGE ->
                failure.isRetryable()
                        ? retry(page(503, "Temporarily unavailable", message, RETRY_SECONDS))
                        : page(500, "Internal error", message, 0);
        };
    }

    private static HttpReply timeout() {
        return retry(page(503, "Timeout", "The application was not fetched in time.", RETRY_SECONDS));
    }

    private static HttpReply retry(HttpReply answer) {
        return answer.withHeader("Retry-After", String.valueOf(RETRY_SECONDS));
    }

    /** Returns a page that reloads itself after this many seconds; never if 0. */
    private static HttpReply page(int status, String title, String text, int reloadSeconds) {
        String refresh = reloadSeconds == 0 ? "" : "<meta http-equiv=\"refresh\" content=\"" + reloadSeconds + "\">";
        String html = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">" + refresh + "<title>"
                + Escaping.html(title) + "</title></head><body><h1>" + Escaping.html(title) + "</h1><p>"
                + Escaping.html(text) + "</p></body></html>";
        return HttpReply.html(status, html)
                .withHeader("X-Content-Type-Options", "nosniff")
                .withHeader("Cache-Control", "no-store")
                .withHeader("Content-Security-Policy", "default-src 'none'");
    }
}
