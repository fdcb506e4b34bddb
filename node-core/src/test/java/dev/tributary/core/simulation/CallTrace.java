package dev.tributary.core.simulation;

import java.util.ArrayList;
import java.util.List;

/**
 * Records calls of traced methods, each with the node whose thread made it. Public, because classes of a
 * {@link TracingClassLoader} call it from another loader. For one run at a time, on one thread.
 */
public final class CallTrace {

    private static final List<Call> CALLS = new ArrayList<>();
    private static String node = "";

    private CallTrace() {}

    /** A call of a method, named as {@code Type.method}, at a node. */
    public record Call(String node, String method) {}

    /** Calls from now on belong to this node. */
    public static void enterNode(String name) {
        node = name;
    }

    /** Records a call. */
    public static void enter(String method) {
        CALLS.add(new Call(node, method));
    }

    /** Forgets all calls. */
    public static void clear() {
        CALLS.clear();
    }

    static List<Call> calls() {
        return List.copyOf(CALLS);
    }
}
