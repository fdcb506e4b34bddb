package dev.tributary.app.node;

import dev.tributary.core.Node;
import dev.tributary.core.error.FatalErrors;
import dev.tributary.core.limit.MemoryPlan;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Schedulers;

/**
 * Ends the process when it cannot work any more: after an error of the virtual machine, such as an OutOfMemoryError, on
 * any thread, or when the node is found dead. What it needs is allocated at start. A supervisor starts the node again.
 */
public final class FatalExit {

    /** Exit code of a process that ended itself: that of internal errors by the convention of sysexits.h. */
    public static final int EXIT_CODE = 70;

    /**
     * Time for the last line: a standard error that takes no bytes must not keep the process alive. Garbage collections
     * of a full heap may stop the thread that writes it for seconds.
     */
    private static final long LINE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final String VM_ERROR = "virtual machine error";
    private static final int MIB = 20;

    /** Known before the heap is full. */
    private final long maxHeap = MemoryPlan.ofThisProcess().heap();

    private static final Logger log = LoggerFactory.getLogger(FatalExit.class);

    private final FileOutputStream output = new FileOutputStream(FileDescriptor.err);
    private final byte[] line = new byte[512];
    private final AtomicBoolean ending = new AtomicBoolean();
    private final Thread halter = new Thread(this::haltLate, "tributary-fatal-exit");
    private int length;

    private FatalExit() {}

    /**
     * Watches this process from now on: what ends a thread, what Reactor cannot deliver, and what parts of the node
     * report.
     */
    public static FatalExit install() {
        FatalExit exit = new FatalExit();
        FatalErrors.handleWith(exit::onError);
        Thread.setDefaultUncaughtExceptionHandler(exit::onUncaught);
        exit.rehearse();
        exit.halter.setDaemon(true);
        exit.halter.start();
        Schedulers.onHandleError("tributary-fatal", (thread, error) -> FatalErrors.report(error));
        // A class makes its name at the first use, which allocates.
        log.debug(
                "process ends at errors={}",
                List.of(
                        OutOfMemoryError.class.getName(),
                        StackOverflowError.class.getName(),
                        InternalError.class.getName()));
        return exit;
    }

    /** Runs all that happens after an error but the end: the first use of a class, a method or a text allocates. */
    private void rehearse() {
        ending.set(true);
        onUncaught(Thread.currentThread(), new InternalError());
        compose(VM_ERROR, "");
        length = 0;
        write();
        LockSupport.unpark(halter);
        ending.set(false);
    }

    private void onError(Throwable error) {
        end(VM_ERROR, error.getClass().getName());
    }

    private void onUncaught(Thread thread, Throwable error) {
        FatalErrors.report(error);
        if (!ending.get()) {
            log.error("thread ended by an error thread={}", thread.getName(), error);
        }
    }

    /** Ends the process when the node has failed, which stops itself then. */
    public void watch(Node node) {
        node.onStop().subscribe(stopped -> {}, failure -> end("node failed", String.valueOf(failure.getMessage())));
    }

    /** Ends the process with {@link #EXIT_CODE}, after one line that names the reason and the use of the heap. */
    void end(String reason, String detail) {
        if (!ending.compareAndSet(false, true)) {
            return;
        }
        LockSupport.unpark(halter);
        compose(reason, detail);
        write();
        Runtime.getRuntime().halt(EXIT_CODE);
    }

    private void compose(String reason, String detail) {
        Runtime runtime = Runtime.getRuntime();
        long used = runtime.totalMemory() - runtime.freeMemory();
        append("FATAL node ends itself reason=\"");
        append(reason);
        append(": ");
        append(detail);
        append("\" heap-used-mib=");
        append(used >> MIB);
        append(" heap-max-mib=");
        append(maxHeap >> MIB);
        append(" heap-free-mib=");
        append(runtime.freeMemory() >> MIB);
        append(" exit=");
        append(EXIT_CODE);
        append("\n");
    }

    private void haltLate() {
        while (!ending.get()) {
            LockSupport.park(this);
        }
        long end = System.nanoTime() + LINE_NANOS;
        for (long left = LINE_NANOS; left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
        Runtime.getRuntime().halt(EXIT_CODE);
    }

    private void write() {
        try {
            output.write(line, 0, length);
        } catch (IOException unwritable) {
            // Nothing is left to tell it to.
        }
    }

    private void append(String text) {
        for (int i = 0; i < text.length() && length < line.length - 1; i++) {
            line[length++] = (byte) text.charAt(i);
        }
    }

    private void append(long number) {
        long divisor = 1;
        while (number / divisor >= 10) {
            divisor *= 10;
        }
        for (; divisor > 0 && length < line.length - 1; divisor /= 10) {
            line[length++] = (byte) ('0' + number / divisor % 10);
        }
    }
}
