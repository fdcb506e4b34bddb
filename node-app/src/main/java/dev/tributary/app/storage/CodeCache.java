package dev.tributary.app.storage;

import dev.tributary.core.limit.BoundedMap;
import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.ContractCode;
import org.jspecify.annotations.Nullable;

/**
 * LRU cache of contract code, bounded in bytes, so that a read does not load and hash the code again. Entries cannot be
 * stale: the key is the hash of the content. Safe to use from any thread.
 */
final class CodeCache {

    private final long byteLimit;
    private final BoundedMap<CodeHash, ContractCode> cache;

    CodeCache(long byteLimit) {
        this.byteLimit = byteLimit;
        this.cache = BoundedMap.leastRecentlyUsed(
                Integer.MAX_VALUE, byteLimit, code -> code.bytes().size());
    }

    synchronized @Nullable ContractCode get(CodeHash hash) {
        return cache.get(hash);
    }

    synchronized void put(ContractCode code) {
        if (code.bytes().size() <= byteLimit) {
            cache.put(code.hash(), code);
        }
    }
}
