package dev.tributary.transport.client.http;

import dev.tributary.transport.client.codec.ClientEncoding;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Parameters of a request, given in its query or its headers; a header takes precedence.
 *
 * @param encoding encoding of client messages; FlatBuffers by default
 * @param token token of the web application that sent the request, or null
 */
public record RequestParameters(
        ClientEncoding encoding, @Nullable String token) {

    private static final String ENCODING = "encodingProtocol";
    private static final String TOKEN = "authToken";
    private static final Set<String> BOOLEANS = Set.of("true", "false");
    private static final String BEARER = "Bearer ";

    /** Contains only the length of the token, which is a secret. */
    @Override
    public String toString() {
        return encoding + (token == null ? " without token" : " with a token of " + token.length() + " characters");
    }

    /**
     * Parses a query, without its question mark, and the two headers.
     *
     * @throws BadRequestException if a known parameter is repeated or has an invalid value
     */
    static RequestParameters parse(String query, @Nullable String encodingHeader, @Nullable String authorization) {
        Map<String, List<String>> values = decode(query);
        String encoding = single(values, ENCODING);
        String token = single(values, TOKEN);
        String streaming = single(values, "streaming");
        single(values, "userToken");
        if (streaming != null && !BOOLEANS.contains(streaming)) {
            throw new BadRequestException(
                    "streaming must be true or false, not '" + PrintableText.abbreviate(streaming) + "'");
        }
        ClientEncoding fromQuery = encoding == null ? ClientEncoding.FLATBUFFERS : parseEncoding(ENCODING, encoding);
        return new RequestParameters(
                encodingHeader == null ? fromQuery : parseEncoding("the header Encoding-Protocol", encodingHeader),
                authorization == null ? token : bearer(authorization));
    }

    private static Map<String, List<String>> decode(String query) {
        try {
            return new QueryStringDecoder(query, StandardCharsets.UTF_8, false, 256).parameters();
        } catch (IllegalArgumentException e) {
            throw new BadRequestException("the query cannot be decoded: a percent sign needs two hexadecimal digits");
        }
    }

    private static ClientEncoding parseEncoding(String source, String name) {
        return ClientEncoding.named(name)
                .orElseThrow(() -> new BadRequestException(
                        source + " must be flatbuffers or native, not '" + PrintableText.abbreviate(name) + "'"));
    }

    private static @Nullable String single(Map<String, List<String>> values, String name) {
        List<String> found = values.getOrDefault(name, List.of());
        if (found.size() > 1) {
            throw new BadRequestException(name + " may be given only once, not " + found.size() + " times");
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
