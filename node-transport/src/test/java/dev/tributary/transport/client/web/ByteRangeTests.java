package dev.tributary.transport.client.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangeTests {

    @ParameterizedTest
    @CsvSource({"0-0,0,0", "2-4,2,4", "7-,7,9", "-3,7,9", "-99,0,9", "8-99,8,9", "0-999999999999999999,0,9"})
    void rangeIsThatOfTheContent(String spec, long from, long to) {
        assertThat(ByteRange.parse("bytes=" + spec, 10)).contains(List.of(new ByteRange(from, to)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10-", "10-20", "-0", "10-11, 12-"})
    void rangeThatTheContentHasNotIsLeftOut(String spec) {
        assertThat(ByteRange.parse("bytes=" + spec, 10)).contains(List.of());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "bytes", "bytes=", "bytes=-", "bytes=5-2", "bytes=a-b", "items=0-1", "bytes=0-1,x"})
    void whatIsNoRangeIsIgnored(String header) {
        assertThat(ByteRange.parse(header, 10)).isEmpty();
    }

    @Test
    void nothingIsInAnEmptyContent() {
        assertThat(ByteRange.parse("bytes=0-", 0)).contains(List.of());
        assertThat(ByteRange.parse("bytes=-1", 0)).contains(List.of());
    }
}
