package dev.tributary.transport.test;

import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/**
 * Lets Netty's allocator take the lock that guards the memory its threads share. It holds it for some instructions, only
 * when many threads allocate at once, and none of them can do without it.
 */
public final class AllocatorLocks implements BlockHoundIntegration {

    private static final String ALLOCATOR = "io.netty.buffer.AdaptivePoolingAllocator";

    @Override
    public void applyTo(BlockHound.Builder builder) {
        builder.allowBlockingCallsInside(ALLOCATOR, "allocate")
                .allowBlockingCallsInside(ALLOCATOR + "$Magazine", "free");
    }
}
