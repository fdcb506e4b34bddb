package dev.tributary.core.loop;

import dev.tributary.core.watchdog.Watched;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;

/**
 * One channel of the loop as the watchdog sees it: it finds wake-ups that were lost, also while the other channels keep
 * the loop busy. That the loop does not take its turns is the loop's stall, not the channel's.
 */
final class WatchedChannel implements Watched {

    private static final Set<String> ASKERS = Set.of(
            NotificationChannel.class.getName(),
            ChannelSubscription.class.getName(),
            MpscEventQueue.class.getName(),
            SenderQueue.class.getName());

    private final String name;
    private final NotificationChannel<?> channel;
    private final LoopMonitor monitor;
    private final long limitNanos;
    private final Scheduler loop;
    private final Runnable firstCheck = this::firstCheck;
    private final Runnable secondCheck = this::secondCheck;

    /** Number of delivered events at the sample before. */
    private long deliveredBefore;

    private boolean wasAsked;
    private volatile boolean isChecking;

    /** Whether a turn was asked for that will not come. It stays asked for until the repair, so that none hides the loss. */
    private volatile boolean isTurnLost;

    // Loop thread only.
    private long deliveredAtCheck;
    private boolean wasAskedAtCheck;

    WatchedChannel(String source, NotificationChannel<?> channel, LoopMonitor monitor, Duration limit, Scheduler loop) {
        this.name = "channel " + source;
        this.channel = channel;
        this.monitor = monitor;
        this.limitNanos = limit.toNanos();
        this.loop = loop;
    }

    /** If a turn was asked for at the sample before and has not come, tasks behind it tell whether it will. */
    @Override
    public void beforeSample(long now) {
        boolean isAsked = channel.isBatchDue(true);
        long delivered = channel.deliveredEvents();
        if (delivered != deliveredBefore) {
            isTurnLost = false;
        } else if (isAsked && wasAsked && !isChecking && !isTurnLost) {
            isChecking = true;
            run(firstCheck);
        }
        wasAsked = isAsked;
        deliveredBefore = delivered;
    }

    private void firstCheck() {
        deliveredAtCheck = channel.deliveredEvents();
        wasAskedAtCheck = channel.isBatchDue(true);
        run(secondCheck);
    }

    /** A turn that was asked for before the first check comes before the second. */
    private void secondCheck() {
        if (wasAskedAtCheck && channel.isBatchDue(true) && channel.deliveredEvents() == deliveredAtCheck) {
            isTurnLost = true;
        }
        isChecking = false;
    }

    private void run(Runnable check) {
        try {
            loop.schedule(check);
        } catch (RejectedExecutionException ended) {
            isChecking = false;
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long limitNanos() {
        return limitNanos;
    }

    @Override
    public long steps() {
        return channel.deliveredEvents();
    }

    @Override
    public @Nullable Thread thread() {
        return monitor.thread();
    }

    @Override
    public String work() {
        return channel.queuedEvents() + " events and " + channel.waitingSenders() + " senders wait";
    }

    @Override
    public boolean isWakeUpMissing() {
        return isTurnLost || channel.isBatchDue(false);
    }

    @Override
    public Set<String> askers() {
        return ASKERS;
    }

    @Override
    public boolean repairWakeUp() {
        if (isTurnLost) {
            isTurnLost = false;
            channel.forgetBatch();
        }
        return channel.repairWakeUp();
    }
}
