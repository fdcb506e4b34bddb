package dev.tributary.core.loop;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** The loop's events for the JDK Flight Recorder: written only for slow handlers and stalls. */
final class LoopFlightEvents {

    private LoopFlightEvents() {}

    static void slowHandler(String event, long nanos) {
        SlowHandler jfrEvent = new SlowHandler();
        jfrEvent.event = event;
        jfrEvent.took = nanos;
        jfrEvent.commit();
    }

    static void stall(LoopSnapshot loop) {
        Stall jfrEvent = new Stall();
        jfrEvent.event = String.valueOf(loop.handling());
        jfrEvent.since = loop.handlingFor().toNanos();
        jfrEvent.waiting = loop.waiting();
        jfrEvent.commit();
    }

    @Name("tributary.SlowHandler")
    @Label("Slow handler")
    @Description("The handler of an event took longer than the limit")
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
    @Description("The loop has events to handle and makes no progress")
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
