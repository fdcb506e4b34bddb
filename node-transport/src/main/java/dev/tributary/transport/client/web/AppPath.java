package dev.tributary.transport.client.web;

import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.transport.client.http.BadRequestException;
import dev.tributary.transport.client.http.HttpQuery;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.ArrayList;
import java.util.List;

/**
 * Parsed path of a request for a web application.
 *
 * @param prefix path of the application with a trailing slash, such as {@code /v1/contract/web/KEY/}
 * @param path decoded path inside the application; empty for its root
 * @param hasKeySlash whether the request has the slash after the key
 * @param isSandboxed whether the request comes from the frame inside the shell
 * @param query query of the application, without the parameters of the shell
 */
record AppPath(
        ContractInstanceId id, String prefix, String path, boolean hasKeySlash, boolean isSandboxed, String query) {

    private static final String ROOT = "/contract/web/";

    /** Parses a path below {@code /v1/contract/web/} or {@code /v2/contract/web/}. */
    static AppPath of(HttpQuery request) {
        String version = request.path().substring(0, request.path().indexOf('/', 1));
        String rest = request.path().substring(version.length() + ROOT.length());
        int slash = rest.indexOf('/');
        String key = slash < 0 ? rest : rest.substring(0, slash);
        List<String> forwarded = new ArrayList<>();
        boolean sandbox = false;
        for (String each : request.query().split("&", -1)) {
            String name = decoded(each.substring(0, each.indexOf('=') < 0 ? each.length() : each.indexOf('=')));
            sandbox |= each.equals("__sandbox=1");
            if (!each.isEmpty() && !name.startsWith("__sandbox") && !name.startsWith("authToken")) {
                forwarded.add(each);
            }
        }
        return new AppPath(
                parse(key),
                version + ROOT + key + "/",
                slash < 0 ? "" : decoded(rest.substring(slash + 1)),
                slash >= 0,
                sandbox,
                String.join("&", forwarded));
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
            throw new BadRequestException("a percent sign must be followed by two hexadecimal digits");
        }
    }

    /** Returns whether the path may name a page, rather than a file that a page loads. */
    boolean isPage() {
        return isDirectory()
                || ContentTypes.isPage(path)
                || ContentTypes.extension(path).isEmpty();
    }

    /** Returns whether the path ends with a slash, or is the root. */
    boolean isDirectory() {
        return path.isEmpty() || path.endsWith("/");
    }

    /** Returns the path inside the application without a slash at its end. Throws if it leads out of it. */
    String name() {
        return SafePath.normalized(path)
                .orElseThrow(() -> new BadRequestException("the path leads out of the application, or is too long"));
    }

    /** Returns the URL of the shell around this page. */
    String shellUrl() {
        return prefix + PathEncoding.encode(path) + (query.isEmpty() ? "" : "?" + query);
    }

    /** Returns the URL of the page inside the shell. */
    String sandboxUrl() {
        return prefix + PathEncoding.encode(path) + "?__sandbox=1" + (query.isEmpty() ? "" : "&" + query);
    }

    /** Returns this path with a slash at its end. */
    AppPath asDirectory() {
        return new AppPath(id, prefix, path + "/", hasKeySlash, isSandboxed, query);
    }
}
