package dev.tributary.app.storage.index;

import dev.tributary.core.storage.UnreadableRange;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.ContractInstanceId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.Page;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads a map of the index page by page, past the pages that cannot be read. */
public final class ReadablePages {

    private static final Logger log = LoggerFactory.getLogger(ReadablePages.class);

    /** Number of bytes of every key. */
    private static final int KEY_BYTES = ContractInstanceId.NONE.bytes().size();

    /** Number of levels beyond which a tree of pages is none: a damaged page may name itself. */
    private static final int MAX_LEVELS = 32;

    private final BiConsumer<byte[], byte[]> onEntry;
    private final List<UnreadableRange> unreadable = new ArrayList<>();

    private ReadablePages(BiConsumer<byte[], byte[]> onEntry) {
        this.onEntry = onEntry;
    }

    /** Visits the entries that can be read, in the order of their keys. Returns the gaps between them. */
    public static List<UnreadableRange> visit(MVMap<byte[], byte[]> map, BiConsumer<byte[], byte[]> onEntry) {
        ReadablePages pages = new ReadablePages(onEntry);
        try {
            pages.visit(map.getRootPage(), null, null, MAX_LEVELS);
        } catch (StackOverflowError damaged) {
            pages.skip(null, null, damaged);
        }
        return pages.unreadable;
    }

    private void visit(Page<byte[], byte[]> page, byte @Nullable [] from, byte @Nullable [] before, int levels) {
        if (page.isLeaf()) {
            visitEntries(page, from, before);
        } else if (levels == 0 || !isOrdered(page, from, before)) {
            skip(from, before, new IllegalStateException("the page names other keys than the page above it"));
        } else {
            for (int i = 0; i <= page.getKeyCount(); i++) {
                byte[] first = i == 0 ? from : page.getKey(i - 1);
                byte[] end = i == page.getKeyCount() ? before : page.getKey(i);
                Page<byte[], byte[]> child = child(page, i, first, end);
                if (child != null) {
                    visit(child, first, end, levels - 1);
                }
            }
        }
    }

    private void visitEntries(Page<byte[], byte[]> page, byte @Nullable [] from, byte @Nullable [] before) {
        boolean isWhole = true;
        for (int i = 0; i < page.getKeyCount(); i++) {
            byte[] key = page.getKey(i);
            isWhole &= key.length == KEY_BYTES;
            if (key.length == KEY_BYTES) {
                onEntry.accept(key, page.getValue(i));
            }
        }
        if (!isWhole) {
            skip(from, before, new IllegalStateException("a key of the page is damaged"));
        }
    }

    private @Nullable Page<byte[], byte[]> child(
            Page<byte[], byte[]> page, int number, byte @Nullable [] from, byte @Nullable [] before) {
        try {
            Page<byte[], byte[]> child = page.getChildPage(number);
            if (child.getKeyCount() > 0 || !child.isLeaf()) {
                return child;
            }
            // A damaged file is opened so that a page that cannot be read is empty.
            skip(from, before, new IllegalStateException("the page cannot be read"));
        } catch (RuntimeException | StackOverflowError | AssertionError damaged) {
            skip(from, before, damaged);
        }
        return null;
    }

    private void skip(byte @Nullable [] from, byte @Nullable [] before, Throwable defect) {
        log.debug("page of the index not read", defect);
        unreadable.add(
                new UnreadableRange(id(from), id(before), "a page of the index is damaged: " + defect.getMessage()));
    }

    /** Whether the page's keys ascend between the limits that the page above it names. */
    private static boolean isOrdered(Page<byte[], byte[]> page, byte @Nullable [] from, byte @Nullable [] before) {
        byte[] last = from;
        for (int i = 0; i < page.getKeyCount(); i++) {
            byte[] key = page.getKey(i);
            if (last != null && Arrays.compareUnsigned(last, key) > 0) {
                return false;
            }
            last = key;
        }
        return last == null || before == null || Arrays.compareUnsigned(last, before) <= 0;
    }

    private static @Nullable ContractInstanceId id(byte @Nullable [] key) {
        return key == null || key.length != KEY_BYTES ? null : new ContractInstanceId(Bytes.copyOf(key));
    }
}
