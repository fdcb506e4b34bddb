package dev.tributary.core.simulation.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TaskHeapTests {

    private static final Comparator<VirtualTask> ORDER =
            Comparator.comparingLong(VirtualTask::due).thenComparingLong(VirtualTask::sequence);

    private final SimulatedTime time = SimulatedTime.create();
    private final TaskHeap heap = new TaskHeap();
    private long numbers;

    @Test
    void emptyHeapHasNoFirstTask() {
        assertThat(heap.poll()).isNull();
        assertThat(heap.firstDue()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void tasksAreOrderedByDueTimeThenNumber() {
        List<VirtualTask> tasks = fill(1000);

        assertThat(heap.firstDue()).isEqualTo(0);
        assertThat(drained()).isEqualTo(sorted(tasks));
        assertThat(heap.size()).isZero();
    }

    @Test
    void orderHoldsWhileTasksAreAddedAndRemoved() {
        Random random = new Random(2);
        List<VirtualTask> waiting = new ArrayList<>(fill(100));
        for (int i = 0; i < 2000; i++) {
            waiting.sort(ORDER);
            assertThat(heap.poll()).isSameAs(waiting.remove(0));
            waiting.add(add(random.nextInt(50)));
        }
    }

    @Test
    void remainingTasksStayOrderedAfterRemoval() {
        List<VirtualTask> tasks = fill(500);

        heap.removeIf(task -> task.sequence() % 3 == 0);

        assertThat(drained())
                .isEqualTo(sorted(
                        tasks.stream().filter(task -> task.sequence() % 3 != 0).toList()));
    }

    @Test
    void clearedHeapIsEmptyAndAcceptsTasks() {
        fill(70);
        heap.clear();

        assertThat(heap.stream()).isEmpty();
        VirtualTask added = add(7);
        assertThat(drained()).containsExactly(added);
    }

    private List<VirtualTask> fill(int count) {
        Random random = new Random(1);
        List<VirtualTask> tasks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            tasks.add(add(random.nextInt(20)));
        }
        return tasks;
    }

    private VirtualTask add(long due) {
        VirtualTask task = new VirtualTask(time, due, numbers++, time, () -> {});
        heap.add(task);
        return task;
    }

    private List<VirtualTask> drained() {
        List<VirtualTask> all = new ArrayList<>();
        for (VirtualTask next = heap.poll(); next != null; next = heap.poll()) {
            all.add(next);
        }
        return all;
    }

    private static List<VirtualTask> sorted(List<VirtualTask> tasks) {
        return tasks.stream().sorted(ORDER).toList();
    }
}
