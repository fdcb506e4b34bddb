package dev.tributary.transport.client.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request for a page.
 *
 * @param path as it was sent, still percent-encoded, beginning with a slash
 * @param query as it was sent, without the question mark
 */
public record DoorRequest(String method, String path, String query, HttpHeaders headers, RequestParameters parameters) {

    /**
     * Reads what the request says about itself.
     *
     * @param target what stood in the request line: path and query
     * @throws BadRequestException if it contradicts itself or says what cannot be
     */
    public static DoorRequest of(String method, String target, HttpHeaders headers) {
        int fragment = target.indexOf('#');
        String whole = fragment < 0 ? target : target.substring(0, fragment);
        int mark = whole.indexOf('?');
        String query = mark < 0 ? "" : whole.substring(mark + 1);
        String path = mark < 0 ? whole : whole.substring(0, mark);
        if (!path.startsWith("/")) {
            throw new BadRequestException("the path must begin with a slash");
        }
        RequestParameters parameters =
                RequestParameters.parse(query, single(headers, "Encoding-Protocol"), single(headers, "Authorization"));
        return new DoorRequest(method, path, query, headers, parameters);
    }

    private static @Nullable String single(HttpHeaders headers, String name) {
        int count = headers.getAll(name).size();
        if (count > 1) {
            throw new BadRequestException("the header " + name + " may be given once, not " + count + " times");
        }
        return headers.get(name);
    }

    /** The value of a header; the first one if there are several. */
    public Optional<String> header(CharSequence name) {
        return Optional.ofNullable(headers.get(name));
    }

    /** Whom the request believes to talk to. */
    public Optional<String> host() {
        return header(HttpHeaderNames.HOST);
    }

    /** Whether a browser asks for a page to show by itself, rather than inside another one. */
    public boolean forDocument() {
        return header("Sec-Fetch-Dest").filter("document"::equals).isPresent();
    }
}
