package dev.tributary.transport.client.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP request for a page.
 *
 * @param path as received, percent-encoded, with its leading slash
 * @param query as received, without the question mark
 */
public record HttpQuery(String method, String path, String query, HttpHeaders headers, RequestParameters parameters) {

    /** What browsers say when they request a page to show. */
    private static final Set<String> NAVIGATIONS = Set.of("document", "iframe", "frame");

    /**
     * Parses the request target and the headers.
     *
     * @param target path and query from the request line
     * @throws BadRequestException if a header or parameter is repeated or has an invalid value
     */
    public static HttpQuery of(String method, String target, HttpHeaders headers) {
        int fragment = target.indexOf('#');
        String withoutFragment = fragment < 0 ? target : target.substring(0, fragment);
        int questionMark = withoutFragment.indexOf('?');
        String query = questionMark < 0 ? "" : withoutFragment.substring(questionMark + 1);
        String path = questionMark < 0 ? withoutFragment : withoutFragment.substring(0, questionMark);
        if (!path.startsWith("/")) {
            throw new BadRequestException("the path must begin with a slash");
        }
        RequestParameters parameters = RequestParameters.parse(
                query, singleHeader(headers, "Encoding-Protocol"), singleHeader(headers, "Authorization"));
        return new HttpQuery(method, path, query, headers, parameters);
    }

    private static @Nullable String singleHeader(HttpHeaders headers, String name) {
        int count = headers.getAll(name).size();
        if (count > 1) {
            throw new BadRequestException("the header " + name + " may be given only once, not " + count + " times");
        }
        return headers.get(name);
    }

    /** Returns the value of a header; the first value if the header is repeated. */
    public Optional<String> header(CharSequence name) {
        return Optional.ofNullable(headers.get(name));
    }

    /** Returns the Host header. */
    public Optional<String> host() {
        return header(HttpHeaderNames.HOST);
    }

    /** True if a script or a document in a browser requests it, not a command. */
    public boolean isFromBrowser() {
        return header("Origin").isPresent() || header("Sec-Fetch-Site").isPresent();
    }

    /** True if a browser requests a top-level document, not content embedded in another page. */
    public boolean isTopLevelDocument() {
        return header("Sec-Fetch-Dest").filter("document"::equals).isPresent();
    }

    /**
     * True if a browser requests a document or the content of a frame. For a client that does not say what it requests:
     * if it accepts HTML and the request is not one of a script to another origin.
     */
    public boolean isNavigation() {
        return header("Sec-Fetch-Dest").map(NAVIGATIONS::contains).orElseGet(this::mayBeNavigation);
    }

    /**
     * True if a browser requests a top-level document. One that does not say what it requests, over plain HTTP, does so if
     * it accepts HTML by name, and neither a script nor a page in the shell's frame asks.
     */
    public boolean isDocument() {
        return header("Sec-Fetch-Dest").map("document"::equals).orElseGet(this::acceptsPages);
    }

    private boolean acceptsPages() {
        return header(HttpHeaderNames.ORIGIN).isEmpty()
                && header(HttpHeaderNames.REFERER)
                        .filter(from -> from.contains("__sandbox=1"))
                        .isEmpty()
                && header(HttpHeaderNames.ACCEPT)
                        .filter(accepted -> accepted.contains("text/html"))
                        .isPresent();
    }

    private boolean mayBeNavigation() {
        return header(HttpHeaderNames.ORIGIN).isEmpty()
                && header(HttpHeaderNames.ACCEPT)
                        .map(accepted -> accepted.contains("text/html") || accepted.contains("*/*"))
                        .orElse(true);
    }
}
