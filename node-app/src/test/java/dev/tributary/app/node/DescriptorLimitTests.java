package dev.tributary.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.app.config.AppConfig;
import org.junit.jupiter.api.Test;

class DescriptorLimitTests {

    private final AppConfig config = AppConfig.defaults();

    @Test
    void tooFewDescriptorsAreNamedWithTheSettingAndTheRemedy() {
        assertThat(DescriptorLimit.shortfall(1024, config))
                .hasValueSatisfying(warning -> assertThat(warning)
                        .contains("allowed=1024 needed=4992", "640 links (links.limit)", "ulimit -n"));
    }

    @Test
    void enoughDescriptorsCauseNoWarning() {
        assertThat(DescriptorLimit.shortfall(4992, config)).isEmpty();
    }
}
