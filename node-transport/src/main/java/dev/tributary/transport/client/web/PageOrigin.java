package dev.tributary.transport.client.web;

import dev.tributary.transport.client.http.HttpQuery;
import java.util.regex.Pattern;

/** The origin of a page as browsers see it, also behind a reverse proxy. */
final class PageOrigin {

    private static final Pattern PLAIN_HOST =
            Pattern.compile("[A-Za-z0-9._-]+(:[0-9]{1,5})?|\\[[0-9a-fA-F:.]+](:[0-9]{1,5})?");

    private PageOrigin() {}

    /** Returns the origin by the headers of the request; a host that is not plain is not used. */
    static String of(HttpQuery request) {
        String scheme =
                request.header("X-Forwarded-Proto").filter("https"::equals).orElse("http");
        String host = request.header("X-Forwarded-Host")
                .map(all -> all.split(",", -1)[0].strip())
                .filter(PageOrigin::isPlain)
                .or(request::host)
                .filter(PageOrigin::isPlain)
                .orElse("localhost");
        return scheme + "://" + host;
    }

    private static boolean isPlain(String host) {
        return PLAIN_HOST.matcher(host).matches();
    }
}
