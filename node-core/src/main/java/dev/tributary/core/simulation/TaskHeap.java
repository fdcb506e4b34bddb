package dev.tributary.core.simulation;

import java.util.Arrays;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tasks by the moment at which they are due, and those of one moment by their number. A heap of four children, whose keys
 * lie side by side: with hundreds of thousands of tasks it is the look at each task that takes the time.
 */
final class TaskHeap {

    private static final int CHILDREN = 4;

    private long[] dues = new long[64];
    private long[] numbers = new long[64];
    private @Nullable VirtualTask[] tasks = new VirtualTask[64];
    private int size;

    int size() {
        return size;
    }

    /** When the first is due, or the end of all time if there is none. */
    long firstDue() {
        return size == 0 ? Long.MAX_VALUE : dues[0];
    }

    void add(VirtualTask task) {
        if (size == tasks.length) {
            dues = Arrays.copyOf(dues, 2 * size);
            numbers = Arrays.copyOf(numbers, 2 * size);
            tasks = Arrays.copyOf(tasks, 2 * size);
        }
        rise(size++, task);
    }

    /** Takes the first out, or null if there is none. */
    @Nullable
    VirtualTask poll() {
        VirtualTask first = tasks[0];
        if (first != null) {
            size--;
            VirtualTask last = tasks[size];
            tasks[size] = null;
            if (size > 0 && last != null) {
                sink(0, last);
            }
        }
        return first;
    }

    void removeIf(Predicate<VirtualTask> gone) {
        VirtualTask[] kept = stream().filter(gone.negate()).toArray(VirtualTask[]::new);
        clear();
        for (VirtualTask task : kept) {
            add(task);
        }
    }

    void clear() {
        Arrays.fill(tasks, 0, size, null);
        size = 0;
    }

    /** All of them, in no order that means anything. */
    Stream<VirtualTask> stream() {
        return Arrays.stream(tasks, 0, size);
    }

    private void rise(int from, VirtualTask task) {
        int at = from;
        while (at > 0) {
            int parent = (at - 1) / CHILDREN;
            if (!before(task.due(), task.number(), parent)) {
                break;
            }
            move(parent, at);
            at = parent;
        }
        put(at, task);
    }

    private void sink(int from, VirtualTask task) {
        int at = from;
        int child = first(at);
        while (child >= 0 && !before(task.due(), task.number(), child)) {
            move(child, at);
            at = child;
            child = first(at);
        }
        put(at, task);
    }

    /** The first of the children, or -1 if there is none. */
    private int first(int parent) {
        int from = parent * CHILDREN + 1;
        if (from >= size) {
            return -1;
        }
        int first = from;
        for (int child = from + 1; child < Math.min(size, from + CHILDREN); child++) {
            first = before(dues[child], numbers[child], first) ? child : first;
        }
        return first;
    }

    private boolean before(long due, long number, int other) {
        return due < dues[other] || (due == dues[other] && number < numbers[other]);
    }

    private void move(int from, int to) {
        dues[to] = dues[from];
        numbers[to] = numbers[from];
        tasks[to] = tasks[from];
    }

    private void put(int at, VirtualTask task) {
        dues[at] = task.due();
        numbers[at] = task.number();
        tasks[at] = task;
    }
}
