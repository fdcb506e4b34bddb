package dev.tributary.core.loop;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** What the loop tells the JDK's flight recorder: nothing at all unless something is wrong. */
final class LoopFlightEvents {

    private LoopFlightEvents() {}

    static void slowHandler(String event, long nanos) {
        SlowHandler record = new SlowHandler();
        record.event = event;
        record.took = nanos;
        record.commit();
    }

    static void stall(LoopSnapshot loop) {
        Stall record = new Stall();
        record.event = String.valueOf(loop.handling());
        record.since = loop.handlingFor().toNanos();
        record.waiting = loop.waiting();
        record.commit();
    }

    @Name("tributary.SlowHandler")
    @Label("Slow handler")
    @Description("An event held the loop for too long")
    @Category("Tributary")
    @StackTrace(false)
    static final class SlowHandler extends Event {

        @Label("Event")
        String event = "";

        @Label("Took")
        @Timespan(Timespan.NANOSECONDS)
        long took;
    }

    @Name("tributary.Stall")
    @Label("Stalled loop")
    @Description("The loop has something to do and makes no progress")
    @Category("Tributary")
    @StackTrace(false)
    static final class Stall extends Event {

        @Label("Event")
        String event = "";

        @Label("Since")
        @Timespan(Timespan.NANOSECONDS)
        long since;

        @Label("Waiting events")
        int waiting;
    }
}
