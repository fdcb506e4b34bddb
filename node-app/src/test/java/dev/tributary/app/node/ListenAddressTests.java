package dev.tributary.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ListenAddressTests {

    @Test
    void nodeOnLoopbackWithAGatewayElsewhereIsUnreachable() {
        assertThat(ListenAddress.isUnreachable("127.0.0.1", List.of("gateway.example", "localhost")))
                .isTrue();
        assertThat(ListenAddress.isUnreachable("::1", List.of("192.0.2.7"))).isTrue();
    }

    @Test
    void nodeWithoutSuchAGatewayOrOnAllAddressesIsNot() {
        assertThat(ListenAddress.isUnreachable("127.0.0.1", List.of())).isFalse();
        assertThat(ListenAddress.isUnreachable("localhost", List.of("127.0.0.1", "::1")))
                .isFalse();
        assertThat(ListenAddress.isUnreachable("0.0.0.0", List.of("gateway.example")))
                .isFalse();
    }
}
