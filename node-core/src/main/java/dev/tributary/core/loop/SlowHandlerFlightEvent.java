package dev.tributary.core.loop;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** An event for the JDK Flight Recorder. */
@Name("tributary.SlowHandler")
@Label("Slow handler")
@Description("The handler of an event took longer than the limit")
@Category("Tributary")
@StackTrace(false)
final class SlowHandlerFlightEvent extends Event {

    @Label("Event")
    String event = "";

    @Label("Took")
    @Timespan(Timespan.NANOSECONDS)
    long took;

    /** Records that the handler of this event took this long. */
    static void record(String event, long nanos) {
        SlowHandlerFlightEvent recorded = new SlowHandlerFlightEvent();
        recorded.event = event;
        recorded.took = nanos;
        recorded.commit();
    }
}
