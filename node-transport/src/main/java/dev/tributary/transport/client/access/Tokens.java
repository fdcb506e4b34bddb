package dev.tributary.transport.client.access;

import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.TimeSource;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The tokens by which a session shows which web application speaks. In memory only: a restart forgets them. Safe to use
 * from any thread.
 */
public final class Tokens {

    private static final int SIZE = 32;

    private final AccessConfig config;
    private final TimeSource time;
    private final RandomGenerator random;

    /** In the order of their issue, so the spent ones stand in front. */
    private final Map<String, Grant> grants = new LinkedHashMap<>();

    public Tokens(AccessConfig config, TimeSource time) {
        this(config, time, new SecureRandom());
    }

    Tokens(AccessConfig config, TimeSource time, RandomGenerator random) {
        this.config = config;
        this.time = time;
        this.random = random;
    }

    /** A new token for a web application: 32 random bytes in Base58. */
    public String issue(ContractInstanceId application) {
        byte[] secret = new byte[SIZE];
        random.nextBytes(secret);
        String token = new ContractInstanceId(Bytes.wrap(secret)).toString();
        synchronized (grants) {
            if (grants.size() == config.tokens()) {
                removeFirst();
            }
            grants.put(token, new Grant(application, time.nanos()));
        }
        return token;
    }

    private void removeFirst() {
        Iterator<Grant> oldest = grants.values().iterator();
        oldest.next();
        oldest.remove();
    }

    /** The web application that the token was issued for, if it still counts. */
    public Optional<ContractInstanceId> find(String token) {
        synchronized (grants) {
            return Optional.ofNullable(grants.get(token))
                    .filter(grant -> !spent(grant))
                    .map(Grant::application);
        }
    }

    /** Removes the spent ones. */
    public void sweep() {
        synchronized (grants) {
            Iterator<Grant> oldest = grants.values().iterator();
            while (oldest.hasNext() && spent(oldest.next())) {
                oldest.remove();
            }
        }
    }

    /** How many there are, spent ones that were not removed yet included. */
    public int count() {
        synchronized (grants) {
            return grants.size();
        }
    }

    public Duration sweepInterval() {
        return config.tokenSweep();
    }

    private boolean spent(Grant grant) {
        return time.nanos() - grant.issued() >= config.tokenLife().toNanos();
    }

    private record Grant(ContractInstanceId application, long issued) {}
}
