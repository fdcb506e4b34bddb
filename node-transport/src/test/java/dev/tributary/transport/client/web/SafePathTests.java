package dev.tributary.transport.client.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafePathTests {

    @Test
    void plainPathsAreSplitIntoSegments() {
        assertThat(SafePath.segments("a/b.txt")).contains(List.of("a", "b.txt"));
        assertThat(SafePath.segments("./a//b/")).contains(List.of("a", "b"));
        assertThat(SafePath.segments("")).contains(List.of());
        assertThat(SafePath.segments("./")).contains(List.of());
        assertThat(SafePath.segments("über/☃.js")).contains(List.of("über", "☃.js"));
        assertThat(SafePath.segments(".well-known/..a")).contains(List.of(".well-known", "..a"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/etc/passwd",
                "..",
                "../a",
                "a/../../b",
                "a/..",
                "a\\b",
                "..\\a",
                "c:a",
                "C:\\a",
                "a:stream",
                "a\0b",
                "a\nb",
                "a.",
                "a ",
                "a*",
                "...",
                "a/<b>"
            })
    void traversingAndSpecialPathsAreRefused(String path) {
        assertThat(SafePath.segments(path)).isEmpty();
    }

    @Test
    void longNamesAreRefused() {
        assertThat(SafePath.segments("a".repeat(200))).isPresent();
        assertThat(SafePath.segments("a".repeat(201))).isEmpty();
        assertThat(SafePath.segments("a/".repeat(501))).isEmpty();
    }
}
