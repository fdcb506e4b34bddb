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
 * Issues and looks up the tokens that identify a session's web application. In memory only: a restart discards them.
 * Thread-safe.
 */
public final class TokenStore {

    /** Size of a token in bytes. */
    private static final int TOKEN_BYTES = 32;

    private final AccessConfig config;
    private final TimeSource time;
    private final RandomGenerator random;

    /** Grants by token, in the order of their issue: expired grants come first. */
    private final Map<String, Grant> grants = new LinkedHashMap<>();

    public TokenStore(AccessConfig config, TimeSource time) {
        this(config, time, new SecureRandom());
    }

    TokenStore(AccessConfig config, TimeSource time, RandomGenerator random) {
        this.config = config;
        this.time = time;
        this.random = random;
    }

    /** Issues a new token for a web application: 32 random bytes in Base58. When full, evicts the oldest token. */
    public String issue(ContractInstanceId application) {
        byte[] secret = new byte[TOKEN_BYTES];
        random.nextBytes(secret);
        String token = new ContractInstanceId(Bytes.wrap(secret)).toString();
        synchronized (grants) {
            if (grants.size() == config.maxTokens()) {
                evictOldest();
            }
            grants.put(token, new Grant(application, time.nanos()));
        }
        return token;
    }

    private void evictOldest() {
        Iterator<Grant> oldest = grants.values().iterator();
        oldest.next();
        oldest.remove();
    }

    /** Returns the web application that the token was issued for; empty if the token is unknown or expired. */
    public Optional<ContractInstanceId> find(String token) {
        synchronized (grants) {
            return Optional.ofNullable(grants.get(token))
                    .filter(grant -> !isExpired(grant))
                    .map(Grant::application);
        }
    }

    /** Removes the expired tokens. */
    public void sweep() {
        synchronized (grants) {
            Iterator<Grant> oldest = grants.values().iterator();
            while (oldest.hasNext() && isExpired(oldest.next())) {
                oldest.remove();
            }
        }
    }

    /** Number of tokens, including expired tokens that were not removed yet. */
    public int count() {
        synchronized (grants) {
            return grants.size();
        }
    }

    public Duration sweepInterval() {
        return config.tokenSweepInterval();
    }

    private boolean isExpired(Grant grant) {
        return time.nanos() - grant.issued() >= config.tokenLifetime().toNanos();
    }

    private record Grant(ContractInstanceId application, long issued) {}
}
