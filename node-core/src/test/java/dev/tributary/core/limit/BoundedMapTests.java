package dev.tributary.core.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BoundedMapTests {

    @Test
    void leastRecentlyUsedEntryIsEvicted() {
        BoundedMap<String, Integer> map = BoundedMap.leastRecentlyUsed(3);
        put(map, "a", "b", "c");
        map.get("a");
        map.computeIfAbsent("b", unused -> 0);

        map.put("d", 1);

        assertThat(map.asMap()).containsOnlyKeys("a", "b", "d");
    }

    @Test
    void leastRecentlyWrittenEntryIsEvictedEvenIfItWasRead() {
        BoundedMap<String, Integer> map = BoundedMap.leastRecentlyWritten(3);
        put(map, "a", "b", "c");
        map.put("a", 2);
        map.get("b");

        map.put("d", 1);

        assertThat(map.asMap()).containsOnlyKeys("c", "a", "d");
        assertThat(map.values()).containsExactly(1, 2, 1);
    }

    @Test
    void entriesAreEvictedUntilTheWeightFits() {
        BoundedMap<String, String> map = BoundedMap.leastRecentlyUsed(10, 6, String::length);
        map.put("a", "11");
        map.put("b", "22");
        map.put("c", "33");
        map.get("a");

        map.put("d", "444");

        assertThat(map.asMap()).containsOnlyKeys("a", "d");
        map.put("d", "4");
        map.put("e", "555");
        assertThat(map.asMap()).containsOnlyKeys("a", "d", "e");
    }

    @Test
    void valueThatExceedsTheMaximumAloneIsNotKept() {
        BoundedMap<String, String> map = BoundedMap.leastRecentlyUsed(10, 6, String::length);

        map.put("a", "1234567");

        assertThat(map.isEmpty()).isTrue();
        map.put("b", "123456");
        assertThat(map.size()).isEqualTo(1);
    }

    @Test
    void removedEntriesReleaseTheirWeight() {
        BoundedMap<String, String> map = BoundedMap.leastRecentlyUsed(10, 6, String::length);
        map.put("a", "111");
        map.put("b", "222");

        assertThat(map.remove("a")).isEqualTo("111");
        assertThat(map.remove("a")).isNull();
        map.put("c", "333");
        assertThat(map.removeIf("333"::equals)).isTrue();
        assertThat(map.removeIf("333"::equals)).isFalse();
        map.put("d", "444");
        assertThat(map.asMap()).containsOnlyKeys("b", "d");

        map.clear();
        map.put("e", "123456");
        assertThat(map.asMap()).containsOnlyKeys("e");
    }

    @Test
    void randomUseKeepsTheSameEntriesAsAListOfThem() {
        Random random = new Random(7);
        BoundedMap<Integer, Integer> map = BoundedMap.leastRecentlyUsed(20, 500, value -> value);
        Map<Integer, Integer> model = new LinkedHashMap<>();
        for (int i = 0; i < 20_000; i++) {
            int key = random.nextInt(60);
            switch (random.nextInt(4)) {
                case 0 -> {
                    map.remove(key);
                    model.remove(key);
                }
                case 1 -> {
                    assertThat(map.get(key)).isEqualTo(model.get(key));
                    if (model.containsKey(key)) {
                        model.put(key, model.remove(key));
                    }
                }
                default -> {
                    int value = random.nextInt(80);
                    map.put(key, value);
                    model.remove(key);
                    model.put(key, value);
                    evict(model);
                }
            }
            assertThat(map.values()).containsExactlyElementsOf(model.values());
        }
    }

    private static void evict(Map<Integer, Integer> model) {
        List<Integer> keys = new ArrayList<>(model.keySet());
        for (int i = 0; model.size() > 20 || sum(model) > 500; i++) {
            model.remove(keys.get(i));
        }
    }

    private static int sum(Map<Integer, Integer> model) {
        return model.values().stream().mapToInt(Integer::intValue).sum();
    }

    private static void put(BoundedMap<String, Integer> map, String... keys) {
        for (String key : keys) {
            map.put(key, 1);
        }
    }
}
