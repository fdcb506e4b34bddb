package dev.tributary.transport.client.message;

import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.CodeHash;

/** Identifies a delegate's secret: the name that the delegate gave it, and the hash of that name. */
public record SecretId(Bytes name, CodeHash hash) {

    @Override
    public String toString() {
        return hash.toString();
    }
}
