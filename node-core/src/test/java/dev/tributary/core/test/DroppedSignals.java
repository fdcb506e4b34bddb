package dev.tributary.core.test;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.AssertionFailedError;
import reactor.core.publisher.Hooks;

/**
 * Fails a test if Reactor drops an error or an element while it runs: a fault in a dropped signal would go unnoticed.
 * Registered for every test by a service file; a test that drops signals on purpose is marked with
 * {@link MayDropSignals}.
 */
public final class DroppedSignals implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback {

    private static final List<Throwable> DROPPED = new CopyOnWriteArrayList<>();

    @Override
    public void beforeAll(ExtensionContext context) {
        Hooks.resetOnErrorDropped();
        Hooks.resetOnNextDropped();
        Hooks.onErrorDropped(DroppedSignals::onDropped);
        Hooks.onNextDropped(element -> onDropped(new IllegalStateException("element " + element)));
    }

    /** The signals dropped since the test began, without the permitted ones. */
    static List<Throwable> sinceTestStart() {
        return List.copyOf(DROPPED);
    }

    private static void onDropped(Throwable signal) {
        if (!isDroppedByTimeout()) {
            DROPPED.add(signal);
        }
    }

    /**
     * Whether a timeout operator drops the signal: one that arrives after the timeout's end, or crosses with its
     * cancellation, which no code can prevent. In this case the first stack frame outside of the hook is the operator's
     * own.
     */
    private static boolean isDroppedByTimeout() {
        return StackWalker.getInstance()
                .walk(frames -> frames.map(StackWalker.StackFrame::getClassName)
                        .dropWhile(name -> name.startsWith(DroppedSignals.class.getName())
                                || name.startsWith("java.")
                                || name.startsWith("reactor.core.publisher.Operators"))
                        .findFirst()
                        .filter(name -> name.startsWith("reactor.core.publisher.FluxTimeout$"))
                        .isPresent());
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        DROPPED.clear();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        List<Throwable> dropped = List.copyOf(DROPPED);
        DROPPED.clear();
        boolean allowed = context.getRequiredTestMethod().isAnnotationPresent(MayDropSignals.class)
                || context.getRequiredTestClass().isAnnotationPresent(MayDropSignals.class);
        if (!allowed && !dropped.isEmpty()) {
            Throwable first = dropped.get(0);
            throw new AssertionFailedError(dropped.size() + " signals were dropped, first: " + first, first);
        }
    }
}
