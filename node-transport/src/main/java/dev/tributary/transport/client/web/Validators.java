package dev.tributary.transport.client.web;

import dev.tributary.transport.client.http.HttpQuery;
import dev.tributary.transport.client.http.HttpReply;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.io.IOException;
import java.util.Arrays;

/** Validators of files: a browser asks again for each, and gets 304 as long as the application is the same. */
final class Validators {

    /** Changes when the same file of the same state is sent with another content. */
    private static final String RULES = "1";

    private Validators() {}

    /** Returns the strong tag of a file: of the state it is from, and its address. */
    static String tag(String digest, String prefix, String name) {
        return "\""
                + FileNames.of(String.join("\n", RULES, digest, prefix, name)).substring(0, 40) + "\"";
    }

    /** Returns the reply with its validators, the part of it that is asked for, or 304 without it. */
    static HttpReply apply(HttpReply whole, String tag, HttpQuery request) throws IOException {
        HttpReply tagged = whole.withHeader("ETag", tag)
                .withHeader("Cache-Control", "no-cache")
                .withHeader("Accept-Ranges", "bytes");
        if (request.header(HttpHeaderNames.IF_NONE_MATCH)
                .filter(known -> matches(known, tag))
                .isPresent()) {
            return HttpReply.empty(304).withHeader("ETag", tag).withHeader("Cache-Control", "no-cache");
        }
        boolean isRange = request.method().equals("GET")
                && request.header(HttpHeaderNames.IF_RANGE).map(tag::equals).orElse(true);
        return isRange
                ? ByteRanges.apply(tagged, request.header(HttpHeaderNames.RANGE).orElse(""))
                : tagged;
    }

    private static boolean matches(String known, String tag) {
        return Arrays.stream(known.split(",", -1))
                .map(String::strip)
                .anyMatch(each -> each.equals("*") || each.equals(tag) || each.equals("W/" + tag));
    }
}
