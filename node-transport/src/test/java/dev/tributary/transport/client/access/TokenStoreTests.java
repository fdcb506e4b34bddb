package dev.tributary.transport.client.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.TimeSource;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TokenStoreTests {

    private static final ContractInstanceId APP = new ContractInstanceId(Bytes.wrap(new byte[32]));

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final TimeSource time = new TimeSource(Clock.systemUTC(), nanos::get);
    private final AccessConfig config = AccessConfig.defaults()
            .withTokenLifetime(Duration.ofHours(1))
            .withTokenSweepInterval(Duration.ofMinutes(1));

    @Test
    void tokenIdentifiesItsApplicationAndIsThirtyTwoBytesInBase58() {
        TokenStore tokens = new TokenStore(config, time);

        String token = tokens.issue(APP);

        assertThat(tokens.find(token)).contains(APP);
        assertThat(ContractInstanceId.parse(token).bytes().size()).isEqualTo(32);
        assertThat(tokens.issue(APP)).isNotEqualTo(token);
        assertThat(tokens.find(token + "1")).isEmpty();
    }

    @Test
    void useDoesNotExtendTokenLifetime() {
        TokenStore tokens = new TokenStore(config, time);
        String token = tokens.issue(APP);

        nanos.addAndGet(Duration.ofMinutes(59).toNanos());
        assertThat(tokens.find(token)).isPresent();
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());

        assertThat(tokens.find(token)).isEmpty();
    }

    @Test
    void sweepRemovesOnlyExpiredTokens() {
        TokenStore tokens = new TokenStore(config, time);
        tokens.issue(APP);
        nanos.addAndGet(Duration.ofMinutes(30).toNanos());
        String younger = tokens.issue(APP);
        nanos.addAndGet(Duration.ofMinutes(30).toNanos());

        tokens.sweep();

        assertThat(tokens.count()).isOne();
        assertThat(tokens.find(younger)).isPresent();
    }

    @Test
    void issuingAboveTheMaximumEvictsTheOldestToken() {
        AccessConfig maxTwoTokens = config.withMaxTokens(2);
        TokenStore tokens = new TokenStore(maxTwoTokens, time);
        String oldest = tokens.issue(APP);
        String second = tokens.issue(APP);
        String third = tokens.issue(APP);

        assertThat(tokens.find(oldest)).isEmpty();
        assertThat(tokens.find(second)).isPresent();
        assertThat(tokens.find(third)).isPresent();
    }
}
