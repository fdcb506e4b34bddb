package dev.tributary.transport.client.access;

import dev.tributary.core.limit.BoundedMap;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.TimeSource;
import java.security.SecureRandom;
import java.time.Duration;
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

    /** Grants by token. */
    private final BoundedMap<String, Grant> grants;

    public TokenStore(AccessConfig config, TimeSource time) {
        this(config, time, new SecureRandom());
    }

    TokenStore(AccessConfig config, TimeSource time, RandomGenerator random) {
        this.config = config;
        this.time = time;
        this.random = random;
        this.grants = BoundedMap.leastRecentlyWritten(config.maxTokens());
    }

    /** Issues a new token for a web application: 32 random bytes in Base58. When full, evicts the oldest token. */
    public String issue(ContractInstanceId application) {
        byte[] secret = new byte[TOKEN_BYTES];
        random.nextBytes(secret);
        String token = new ContractInstanceId(Bytes.wrap(secret)).toString();
        synchronized (grants) {
            grants.put(token, new Grant(application, time.nanos()));
        }
        return token;
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
            grants.removeIf(this::isExpired);
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
