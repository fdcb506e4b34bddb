package dev.tributary.transport.client;

import static dev.tributary.transport.client.TestServer.TIMEOUT;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpUtil;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import reactor.netty.http.client.HttpClient;

/** The response of a server to one HTTP request. */
record TestResponse(int status, HttpHeaders headers, String text) {

    /** Sends a GET request. Headers are given as alternating names and values. */
    static TestResponse get(TestServer server, String path, String... headers) {
        return send(server, HttpMethod.GET, path, headers);
    }

    static TestResponse send(TestServer server, HttpMethod method, String path, String... headers) {
        HttpClient client = server.http().headers(all -> {
            for (int i = 0; i < headers.length; i += 2) {
                all.set(headers[i], headers[i + 1]);
            }
        });
        return Objects.requireNonNull(client.request(method)
                .uri(path)
                .responseSingle((response, body) -> body.asByteArray()
                        .defaultIfEmpty(new byte[0])
                        .map(bytes -> new TestResponse(
                                response.status().code(),
                                response.responseHeaders(),
                                new String(bytes, charset(response.responseHeaders())))))
                .block(TIMEOUT));
    }

    private static Charset charset(HttpHeaders headers) {
        return HttpUtil.getCharset(headers.get("Content-Type", ""), StandardCharsets.UTF_8);
    }

    String header(String name) {
        return String.valueOf(headers.get(name));
    }
}
