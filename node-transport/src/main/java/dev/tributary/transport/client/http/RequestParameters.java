package dev.tributary.transport.client.http;

import dev.tributary.transport.client.codec.ClientEncoding;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What any request may say about itself, in its query or its headers; a header wins.
 *
 * @param encoding FlatBuffers if nothing is said
 * @param token the token of the web application that speaks, or null
 */
public record RequestParameters(
        ClientEncoding encoding, @Nullable String token) {

    private static final String ENCODING = "encodingProtocol";
    private static final String TOKEN = "authToken";
    private static final Set<String> SWITCH = Set.of("true", "false");
    private static final String BEARER = "Bearer ";

    /** Tells only its length: a token is a secret. */
    @Override
    public String toString() {
        return encoding + (token == null ? " without token" : " with a token of " + token.length() + " characters");
    }

    /**
     * Reads a query, without its question mark, and the two headers.
     *
     * @throws BadRequestException if a known parameter stands twice or has a value that it cannot have
     */
    static RequestParameters parse(String query, @Nullable String encodingHeader, @Nullable String authorization) {
        Map<String, List<String>> values = decode(query);
        String encoding = single(values, ENCODING);
        String token = single(values, TOKEN);
        String streaming = single(values, "streaming");
        single(values, "userToken");
        if (streaming != null && !SWITCH.contains(streaming)) {
            throw new BadRequestException("streaming must be true or false, not '" + Shown.brief(streaming) + "'");
        }
        ClientEncoding said = encoding == null ? ClientEncoding.FLATBUFFERS : encoding(ENCODING, encoding);
        return new RequestParameters(
                encodingHeader == null ? said : encoding("the header Encoding-Protocol", encodingHeader),
                authorization == null ? token : bearer(authorization));
    }

    private static Map<String, List<String>> decode(String query) {
        try {
            return new QueryStringDecoder(query, StandardCharsets.UTF_8, false, 256).parameters();
        } catch (IllegalArgumentException e) {
            throw new BadRequestException("the query cannot be decoded: percent signs need two hexadecimal digits");
        }
    }

    private static ClientEncoding encoding(String where, String name) {
        return ClientEncoding.named(name)
                .orElseThrow(() -> new BadRequestException(
                        where + " must be flatbuffers or native, not '" + Shown.brief(name) + "'"));
    }

    private static @Nullable String single(Map<String, List<String>> values, String name) {
        List<String> found = values.getOrDefault(name, List.of());
        if (found.size() > 1) {
            throw new BadRequestException(name + " may be given once, not " + found.size() + " times");
        }
        return found.isEmpty() ? null : found.get(0);
    }

    private static String bearer(String authorization) {
        String token = authorization.startsWith(BEARER)
                ? authorization.substring(BEARER.length()).strip()
                : "";
        if (token.isEmpty()) {
            throw new BadRequestException("the header Authorization must be 'Bearer TOKEN'");
        }
        return token;
    }
}
