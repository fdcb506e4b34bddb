package dev.tributary.core.watchdog;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A thread at one moment.
 *
 * @param lock the lock or condition that it waits for, as text; null if it waits for none
 * @param owner id of the thread that holds the lock; negative if none does
 * @param stack its frames, the innermost first
 */
record ThreadView(String name, Thread.State state, @Nullable String lock, long owner, List<StackTraceElement> stack) {

    /** Methods in which a thread of an executor or of Netty waits for work. */
    private static final Set<String> IDLE_METHODS = Set.of(
            "java.util.concurrent.ThreadPoolExecutor.getTask",
            "io.netty.channel.epoll.EpollIoHandler.epollWait",
            "io.netty.channel.nio.NioIoHandler.select");

    ThreadView {
        stack = List.copyOf(stack);
    }

    /** Whether it waits for the next piece of work. */
    boolean isIdle() {
        return stack.stream().anyMatch(frame -> IDLE_METHODS.contains(method(frame)));
    }

    /** Whether it waits for a lock, a signal or a time. */
    boolean isWaiting() {
        return switch (state) {
            case BLOCKED, WAITING, TIMED_WAITING -> true;
            case NEW, RUNNABLE, TERMINATED -> false;
        };
    }

    /** Whether it is in a native method, where it may wait for the system. */
    boolean isInNative() {
        return !stack.isEmpty() && stack.get(0).isNativeMethod();
    }

    /** Whether the innermost of its frames that is not of the JDK is of one of these classes. */
    boolean isInside(Set<String> classes) {
        return stack.stream()
                .map(StackTraceElement::getClassName)
                .filter(name -> !name.startsWith("java.") && !name.startsWith("jdk."))
                .findFirst()
                .filter(name -> classes.contains(name.split("[$]", 2)[0]))
                .isPresent();
    }

    /** The innermost frames as text. */
    List<String> frames(int most) {
        return stack.stream()
                .limit(most)
                .map(frame -> method(frame) + ":" + frame.getLineNumber())
                .toList();
    }

    private static String method(StackTraceElement frame) {
        return frame.getClassName() + "." + frame.getMethodName();
    }
}
