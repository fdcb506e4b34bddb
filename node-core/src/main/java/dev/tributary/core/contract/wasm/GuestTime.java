package dev.tributary.core.contract.wasm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;

/** Encodes a time in the layout that guests expect: packed date, second of the day, nanosecond of the second. */
final class GuestTime {

    static final int SIZE = 12;

    private static final int COMMON_YEAR_FLAG = 8;

    private GuestTime() {}

    static byte[] encode(Instant moment) {
        LocalDateTime utc = LocalDateTime.ofInstant(moment, ZoneOffset.UTC);
        return ByteBuffer.allocate(SIZE)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(date(utc.toLocalDate()))
                .putInt(utc.toLocalTime().toSecondOfDay())
                .putInt(utc.get(ChronoField.NANO_OF_SECOND))
                .array();
    }

    private static int date(LocalDate date) {
        DayOfWeek lastDayBefore = LocalDate.of(date.getYear() - 1, 12, 31).getDayOfWeek();
        // The weekday before January 1st, numbered from Tuesday = 1 to Monday = 7.
        int flags = (date.isLeapYear() ? 0 : COMMON_YEAR_FLAG) | ((lastDayBefore.getValue() + 5) % 7 + 1);
        return date.getYear() << 13 | date.getDayOfYear() << 4 | flags;
    }
}
