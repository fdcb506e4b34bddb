package dev.tributary.transport.client.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.transport.client.codec.ClientEncoding;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpQueryTests {

    @Test
    void requestWithoutParametersUsesFlatBuffersAndNoToken() {
        HttpQuery request = request("/v1/contract/command");

        assertThat(request.path()).isEqualTo("/v1/contract/command");
        assertThat(request.parameters()).isEqualTo(new RequestParameters(ClientEncoding.FLATBUFFERS, null));
    }

    @Test
    void queryGivesTokenAndEncoding() {
        HttpQuery request = request("/x?authToken=a%20b&encodingProtocol=native&streaming=true&other=1&other=2");

        assertThat(request.parameters()).isEqualTo(new RequestParameters(ClientEncoding.NATIVE, "a b"));
    }

    @Test
    void headersTakePrecedenceOverTheQuery() {
        HttpHeaders headers =
                new DefaultHttpHeaders().add("Encoding-Protocol", "native").add("Authorization", "Bearer second");

        HttpQuery request = HttpQuery.of("GET", "/x?authToken=first&encodingProtocol=flatbuffers", headers);

        assertThat(request.parameters()).isEqualTo(new RequestParameters(ClientEncoding.NATIVE, "second"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/x?encodingProtocol=foo",
                "/x?encodingProtocol=Native",
                "/x?encodingProtocol=",
                "/x?streaming=1",
                "/x?authToken=a&authToken=b",
                "/x?encodingProtocol=native&encodingProtocol=native",
                "/x?userToken=a&userToken=b",
                "/x?a=%zz",
                "x",
                "*"
            })
    void invalidTargetIsRefused(String target) {
        assertThatThrownBy(() -> request(target)).isInstanceOf(BadRequestException.class);
    }

    @Test
    void invalidHeadersAreRefused() {
        for (String value : new String[] {"Basic abc", "Bearer", "Bearer  ", "token"}) {
            HttpHeaders headers = new DefaultHttpHeaders().add("Authorization", value);
            assertThatThrownBy(() -> HttpQuery.of("GET", "/x", headers)).isInstanceOf(BadRequestException.class);
        }
        HttpHeaders encoding = new DefaultHttpHeaders().add("Encoding-Protocol", "json");
        assertThatThrownBy(() -> HttpQuery.of("GET", "/x", encoding))
                .hasMessageContaining("flatbuffers or native")
                .hasMessageContaining("json");
        HttpHeaders repeated =
                new DefaultHttpHeaders().add("Authorization", "Bearer a").add("Authorization", "Bearer b");
        assertThatThrownBy(() -> HttpQuery.of("GET", "/x", repeated)).hasMessageContaining("2 times");
    }

    @Test
    void tokenIsNotPartOfTheTextForm() {
        assertThat(request("/x?authToken=secret").parameters().toString()).doesNotContain("secret");
    }

    @Test
    void errorQuotesUntrustedTextShortenedAndPrintable() {
        assertThatThrownBy(() -> request("/x?streaming=%07" + "y".repeat(500)))
                .hasMessageContaining("?yyy")
                .satisfies(error -> assertThat(error.toString()).hasSizeLessThan(300));
    }

    private static HttpQuery request(String target) {
        return HttpQuery.of("GET", target, new DefaultHttpHeaders());
    }
}
