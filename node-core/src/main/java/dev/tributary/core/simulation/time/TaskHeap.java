package dev.tributary.core.simulation.time;

import java.util.Arrays;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A priority queue of tasks, ordered by due time and then by number. A 4-ary heap with the keys in arrays: with
 * hundreds of thousands of tasks, dereferencing each task would dominate the cost.
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

    /** The due time of the first task, or {@link Long#MAX_VALUE} if there is none. */
    long firstDue() {
        return size == 0 ? Long.MAX_VALUE : dues[0];
    }

    void add(VirtualTask task) {
        if (size == tasks.length) {
            dues = Arrays.copyOf(dues, 2 * size);
            numbers = Arrays.copyOf(numbers, 2 * size);
            tasks = Arrays.copyOf(tasks, 2 * size);
        }
        siftUp(size++, task);
    }

    /** Removes and returns the first task, or null if there is none. */
    @Nullable
    VirtualTask poll() {
        VirtualTask first = tasks[0];
        if (first != null) {
            size--;
            VirtualTask last = tasks[size];
            tasks[size] = null;
            if (size > 0 && last != null) {
                siftDown(0, last);
            }
        }
        return first;
    }

    void removeIf(Predicate<VirtualTask> condition) {
        VirtualTask[] kept = stream().filter(condition.negate()).toArray(VirtualTask[]::new);
        clear();
        for (VirtualTask task : kept) {
            add(task);
        }
    }

    void clear() {
        Arrays.fill(tasks, 0, size, null);
        size = 0;
    }

    /** All tasks, in no particular order. */
    Stream<VirtualTask> stream() {
        return Arrays.stream(tasks, 0, size);
    }

    private void siftUp(int from, VirtualTask task) {
        int at = from;
        while (at > 0) {
            int parent = (at - 1) / CHILDREN;
            if (!before(task.due(), task.sequence(), parent)) {
                break;
            }
            move(parent, at);
            at = parent;
        }
        put(at, task);
    }

    private void siftDown(int from, VirtualTask task) {
        int at = from;
        int child = smallestChild(at);
        while (child >= 0 && !before(task.due(), task.sequence(), child)) {
            move(child, at);
            at = child;
            child = smallestChild(at);
        }
        put(at, task);
    }

    /** The index of the smallest child, or -1 if there is none. */
    private int smallestChild(int parent) {
        int from = parent * CHILDREN + 1;
        if (from >= size) {
            return -1;
        }
        int smallest = from;
        for (int child = from + 1; child < Math.min(size, from + CHILDREN); child++) {
            smallest = before(dues[child], numbers[child], smallest) ? child : smallest;
        }
        return smallest;
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
        numbers[at] = task.sequence();
        tasks[at] = task;
    }
}
