package dev.tributary.transport.client;

import static dev.tributary.transport.client.TestDoor.SOON;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.util.Objects;
import reactor.netty.http.client.HttpClient;

/** What a door answered to one request. */
record Page(int status, HttpHeaders headers, String text) {

    /** Asks with headers given as names and values in turn. */
    static Page get(TestDoor door, String path, String... headers) {
        return ask(door, HttpMethod.GET, path, headers);
    }

    static Page ask(TestDoor door, HttpMethod method, String path, String... headers) {
        HttpClient client = door.http().headers(all -> {
            for (int i = 0; i < headers.length; i += 2) {
                all.set(headers[i], headers[i + 1]);
            }
        });
        return Objects.requireNonNull(client.request(method)
                .uri(path)
                .responseSingle((response, body) -> body.asString()
                        .defaultIfEmpty("")
                        .map(text -> new Page(response.status().code(), response.responseHeaders(), text)))
                .block(SOON));
    }

    String header(String name) {
        return String.valueOf(headers.get(name));
    }
}
