package dev.tributary.core.error;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.error.NodeException.Fault;
import dev.tributary.core.test.ScriptedPeer;
import dev.tributary.core.value.ContractKey;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TransactionId;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the node concludes from a failure. */
class NodeExceptionTests {

    private static final PeerId PEER = ScriptedPeer.idAt(0.1, 1);
    private static final ContractKey KEY = LastWriterWins.named("failing").key();

    @Test
    void everyTypeOfFailureHasAKind() {
        assertThat(NodeException.class.getPermittedSubclasses()).hasSameSizeAs(NodeException.Kind.values());
    }

    @Test
    void failuresOfAPeerAreItsFaultAndMayBeRetriedElsewhere() {
        NodeException unreachable = new PeerUnreachableException(PEER, "closed by the test");
        NodeException late = new DeadlineExceededException(new TransactionId(1, 2), Duration.ofSeconds(1), PEER);

        assertThat(unreachable.fault()).isEqualTo(Fault.PEER);
        assertThat(unreachable.isRetryable()).isTrue();
        assertThat(unreachable.refusalCode()).isEqualTo(RefusalCode.PEER_LOST);
        assertThat(late.fault()).isEqualTo(Fault.PEER);
        assertThat(late.refusalCode()).isEqualTo(RefusalCode.DEADLINE_EXCEEDED);
    }

    @ParameterizedTest
    @EnumSource
    void refusalOfAPeerIsPassedOnAndIsItsFaultUnlessItIsTransient(RefusalCode code) {
        NodeException refused = new RemoteFailureException(PEER, code, "for the test");

        assertThat(refused.refusalCode()).isEqualTo(code);
        assertThat(refused.fault()).isEqualTo(code.isTransient() ? Fault.OTHER : Fault.PEER);
        assertThat(refused.isRetryable()).isTrue();
    }

    @Test
    void refusalIsTransientOrContractSpecificOrNeither() {
        assertThat(RefusalCode.values())
                .filteredOn(RefusalCode::isTransient)
                .containsExactly(RefusalCode.BUSY, RefusalCode.PEER_LOST);
        assertThat(RefusalCode.values())
                .filteredOn(RefusalCode::isContractSpecific)
                .containsExactlyInAnyOrder(
                        RefusalCode.CONTRACT_REJECTED,
                        RefusalCode.CONTRACT_UNSUPPORTED,
                        RefusalCode.TOO_LARGE,
                        RefusalCode.NO_ROOM);
    }

    @ParameterizedTest
    @EnumSource
    void onlyATrapAndAMalformedResultAreTheFaultOfTheInput(ContractFailedException.Failure failure) {
        NodeException failed = new ContractFailedException(KEY, "merge", failure, "for the test");
        boolean isFaultOfInput = failure == ContractFailedException.Failure.TRAP
                || failure == ContractFailedException.Failure.MALFORMED_RESULT;
        boolean isRetryable = failure == ContractFailedException.Failure.RELATED_UNAVAILABLE
                || failure == ContractFailedException.Failure.CANCELLED;

        assertThat(failed.fault()).isEqualTo(isFaultOfInput ? Fault.INPUT : Fault.OTHER);
        assertThat(failed.isRetryable()).isEqualTo(isRetryable);
        assertThat(failed.refusalCode()).isEqualTo(RefusalCode.CONTRACT_REJECTED);
    }

    @Test
    void contractThatThisNodeCannotRunOrHoldIsLimitedByTheNode() {
        assertThat(new ContractUnsupportedException(KEY.code(), "no runtime").fault())
                .isEqualTo(Fault.NODE_LIMITS);
        assertThat(new PayloadTooLargeException("state", 2, 1).fault()).isEqualTo(Fault.NODE_LIMITS);
        assertThat(new ContractRejectedException(KEY, "wrong signature").fault())
                .isEqualTo(Fault.INPUT);
        assertThat(new NodeBusyException("requests", 1).fault()).isEqualTo(Fault.OTHER);
    }
}
