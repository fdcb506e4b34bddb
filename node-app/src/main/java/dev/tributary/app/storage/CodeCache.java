package dev.tributary.app.storage;

import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.ContractCode;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * LRU cache of contract code, bounded in bytes, so that a read does not load and hash the code again. Entries cannot be
 * stale: the key is the hash of the content. Safe to use from any thread.
 */
final class CodeCache {

    private final long byteLimit;
    private final Map<CodeHash, ContractCode> cache = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    CodeCache(long byteLimit) {
        this.byteLimit = byteLimit;
    }

    synchronized @Nullable ContractCode get(CodeHash hash) {
        return cache.get(hash);
    }

    synchronized void put(ContractCode code) {
        if (code.bytes().size() > byteLimit || cache.put(code.hash(), code) != null) {
            return;
        }
        bytes += code.bytes().size();
        for (Iterator<ContractCode> oldest = cache.values().iterator(); bytes > byteLimit; ) {
            bytes -= oldest.next().bytes().size();
            oldest.remove();
        }
    }
}
