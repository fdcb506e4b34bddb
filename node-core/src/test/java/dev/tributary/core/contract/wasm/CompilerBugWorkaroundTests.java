package dev.tributary.core.contract.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

class CompilerBugWorkaroundTests {

    @Test
    @EnabledForJreRange(max = JRE.JAVA_17)
    void directiveForbidsInliningOfMiscompiledComparisons() throws JMException {
        CompilerBugWorkaround.apply();
        Object directives = ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "compilerDirectivesPrint",
                        new Object[0],
                        new String[0]);
        assertThat(String.valueOf(directives))
                .contains("OpcodeImpl.I32_LT_U")
                .contains("OpcodeImpl.I32_GT_U")
                .contains("OpcodeImpl.I32_LE_U");
    }

    @Test
    void secondCallHasNoEffect() {
        CompilerBugWorkaround.apply();
        CompilerBugWorkaround.apply();
    }
}
