package dev.tributary.core.loop;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** An event for the JDK Flight Recorder. */
@Name("tributary.Stall")
@Label("Stalled loop")
@Description("The loop has events to handle and makes no progress")
@Category("Tributary")
@StackTrace(false)
final class StallFlightEvent extends Event {

    @Label("Event")
    String event = "";

    @Label("Since")
    @Timespan(Timespan.NANOSECONDS)
    long since;

    @Label("Waiting events")
    int waiting;

    /** Records what the stalled loop handles. */
    static void record(LoopSnapshot loop) {
        StallFlightEvent recorded = new StallFlightEvent();
        recorded.event = String.valueOf(loop.handling());
        recorded.since = loop.handlingFor().toNanos();
        recorded.waiting = loop.waiting();
        recorded.commit();
    }
}
