package dev.tributary.app.storage;

import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.ContractCode;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The programs used last, so that a read need not load and hash the code again. An entry cannot go stale: it is named by
 * its content.
 */
final class CodeCache {

    private final long byteLimit;
    private final Map<CodeHash, ContractCode> recent = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    CodeCache(long byteLimit) {
        this.byteLimit = byteLimit;
    }

    synchronized @Nullable ContractCode get(CodeHash hash) {
        return recent.get(hash);
    }

    synchronized void put(ContractCode code) {
        if (code.bytes().size() > byteLimit || recent.put(code.hash(), code) != null) {
            return;
        }
        bytes += code.bytes().size();
        for (Iterator<ContractCode> oldest = recent.values().iterator(); bytes > byteLimit; ) {
            bytes -= oldest.next().bytes().size();
            oldest.remove();
        }
    }
}
