package dev.tributary.transport.test;

import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/**
 * Allows Netty's allocator to take the lock of the memory that its threads share. It holds the lock for some
 * instructions, only while many threads allocate concurrently, and cannot work without it.
 */
public final class AllocatorLocks implements BlockHoundIntegration {

    private static final String ALLOCATOR = "io.netty.buffer.AdaptivePoolingAllocator";

    @Override
    public void applyTo(BlockHound.Builder builder) {
        builder.allowBlockingCallsInside(ALLOCATOR, "allocate")
                .allowBlockingCallsInside(ALLOCATOR + "$Magazine", "free");
    }
}
