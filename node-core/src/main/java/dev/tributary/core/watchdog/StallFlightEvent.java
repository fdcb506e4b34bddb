package dev.tributary.core.watchdog;

import dev.tributary.core.value.NodeEvent.PartStalled;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** An event for the JDK Flight Recorder. Its stack is that of the stalled thread, not of the one that records. */
@Name("tributary.PartStalled")
@Label("Stalled part")
@Description("A part of the node has work and makes no progress")
@Category("Tributary")
@StackTrace(false)
final class StallFlightEvent extends Event {

    @Label("Part")
    String part = "";

    @Label("Verdict")
    String verdict = "";

    @Label("Length")
    @Timespan(Timespan.NANOSECONDS)
    long length;

    @Label("Work")
    String work = "";

    @Label("Waiting items")
    int waiting;

    @Label("Cause")
    String cause = "";

    @Label("Stack")
    String stack = "";

    static void record(PartStalled stall) {
        StallFlightEvent recorded = new StallFlightEvent();
        recorded.part = stall.part();
        recorded.verdict = stall.verdict().name();
        recorded.length = stall.length().toNanos();
        recorded.work = stall.work();
        recorded.waiting = stall.waiting();
        recorded.cause = stall.cause();
        recorded.stack = String.join("\n", stall.stack());
        recorded.commit();
    }
}
