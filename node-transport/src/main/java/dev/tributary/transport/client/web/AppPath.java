package dev.tributary.transport.client.web;

import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.transport.client.http.BadRequestException;
import dev.tributary.transport.client.http.DoorRequest;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a request wants of a web application.
 *
 * @param prefix the path of the application with a slash at its end, as {@code /v1/contract/web/KEY/}
 * @param path inside the application, decoded; empty for its root
 * @param rooted whether the slash after the key was there
 * @param sandbox whether it is asked for from inside the shell
 * @param query what is handed on, without what is the shell's own
 */
record AppPath(ContractInstanceId id, String prefix, String path, boolean rooted, boolean sandbox, String query) {

    private static final String ROOT = "/contract/web/";

    /** Reads a path below {@code /v1/contract/web/} or {@code /v2/contract/web/}. */
    static AppPath of(DoorRequest request) {
        String version = request.path().substring(0, request.path().indexOf('/', 1));
        String rest = request.path().substring(version.length() + ROOT.length());
        int slash = rest.indexOf('/');
        String key = slash < 0 ? rest : rest.substring(0, slash);
        List<String> kept = new ArrayList<>();
        boolean sandbox = false;
        for (String each : request.query().split("&", -1)) {
            String name = decoded(each.substring(0, each.indexOf('=') < 0 ? each.length() : each.indexOf('=')));
            sandbox |= each.equals("__sandbox=1");
            if (!each.isEmpty() && !name.startsWith("__sandbox") && !name.startsWith("authToken")) {
                kept.add(each);
            }
        }
        return new AppPath(
                parse(key),
                version + ROOT + key + "/",
                slash < 0 ? "" : decoded(rest.substring(slash + 1)),
                slash >= 0,
                sandbox,
                String.join("&", kept));
    }

    private static ContractInstanceId parse(String key) {
        try {
            return ContractInstanceId.parse(key);
        } catch (IllegalArgumentException e) {
            throw new BadRequestException(String.valueOf(e.getMessage()));
        }
    }

    private static String decoded(String text) {
        try {
            return QueryStringDecoder.decodeComponent(text.replace("+", "%2B"));
        } catch (IllegalArgumentException e) {
            throw new BadRequestException("percent signs need two hexadecimal digits behind them");
        }
    }

    /** Whether it names a page rather than a file that belongs to one. */
    boolean isPage() {
        String lower = path.toLowerCase(Locale.ROOT);
        return lower.isEmpty()
                || lower.endsWith("/")
                || lower.endsWith(".html")
                || lower.endsWith(".htm")
                || lower.indexOf('.') < 0;
    }

    /** Whether the path may be written into the shell as it is. */
    boolean isPlain() {
        return !path.startsWith("/")
                && path.chars()
                        .noneMatch(each -> each <= 0x20
                                || each == 0x7f
                                || Character.isWhitespace(each)
                                || "?#\\%".indexOf(each) >= 0)
                && List.of(path.split("/", -1)).stream().noneMatch(each -> each.equals(".") || each.equals(".."));
    }

    /** The address of the shell around this page. */
    String shell() {
        return prefix + path + (query.isEmpty() ? "" : "?" + query);
    }

    /** The address of the page inside the shell. */
    String inside() {
        return prefix + path + "?__sandbox=1" + (query.isEmpty() ? "" : "&" + query);
    }
}
