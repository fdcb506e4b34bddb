package dev.tributary.transport.client.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafePathTests {

    @Test
    void pathsAreNormalized() {
        assertThat(SafePath.normalized("a/b.txt")).contains("a/b.txt");
        assertThat(SafePath.normalized("./a//b/")).contains("a/b");
        assertThat(SafePath.normalized("")).contains("");
        assertThat(SafePath.normalized("./")).contains("");
        assertThat(SafePath.normalized("über/☃.js")).contains("über/☃.js");
        assertThat(SafePath.normalized(".well-known/..a")).contains(".well-known/..a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\\b", "c:a", "a\nb", "a.", "a ", "a*", "...", "a/<b>", "a/\u0007"})
    void everyNameIsAllowedSinceNoneBecomesOneOfThisMachine(String path) {
        assertThat(SafePath.normalized(path)).contains(path);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/passwd", "..", "../a", "a/../../b", "a/..", "a\0b"})
    void pathsThatLeadOutAreRefused(String path) {
        assertThat(SafePath.normalized(path)).isEmpty();
    }

    @Test
    void longPathsAreRefused() {
        assertThat(SafePath.normalized("é".repeat(2048))).isPresent();
        assertThat(SafePath.normalized("é".repeat(2048) + "a")).isEmpty();
    }
}
