package dev.tributary.core.error;

import java.util.function.Consumer;

/**
 * Where an error of the virtual machine is reported, such as an OutOfMemoryError: after it any thread may have lost its
 * work, so a node must not go on as if nothing had happened. The process decides what follows; by default nothing does,
 * since an application that embeds nodes has its own way.
 */
public final class FatalErrors {

    /** Maximum number of causes that are followed, which may be a circle. */
    private static final int MAX_CAUSES = 8;

    private static volatile Consumer<Throwable> handler = error -> {};

    private FatalErrors() {}

    /** Hands all further errors of the virtual machine to this, on the thread where they are found. */
    public static void handleWith(Consumer<Throwable> newHandler) {
        handler = newHandler;
    }

    /** Reports the error if it is one of the virtual machine, or was caused by one. Allocates nothing. */
    public static void report(Throwable error) {
        Throwable each = error;
        for (int i = 0; each != null && i < MAX_CAUSES; i++) {
            if (each instanceof VirtualMachineError) {
                handler.accept(each);
                return;
            }
            each = each.getCause();
        }
    }

    /** As {@link #report}, for what a contract threw: that its calls nest too deeply is its own fault. */
    public static void reportFromContract(Throwable error) {
        if (!(error instanceof StackOverflowError)) {
            report(error);
        }
    }
}
