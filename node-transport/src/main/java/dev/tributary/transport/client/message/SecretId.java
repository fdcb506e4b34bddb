package dev.tributary.transport.client.message;

import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.CodeHash;

/** Names a delegate's secret: what the delegate calls it, and the hash of that. */
public record SecretId(Bytes name, CodeHash hash) {

    @Override
    public String toString() {
        return hash.toString();
    }
}
