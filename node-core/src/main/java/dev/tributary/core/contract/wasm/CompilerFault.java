package dev.tributary.core.contract.wasm;

import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import javax.management.JMException;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/**
 * Keeps an old Java machine from a fault of its own: before Java 18 the C2 compiler may get unsigned comparisons wrong that
 * are inlined into contracts' code. It is told not to inline them, while it runs, since nobody starts an embedded node
 * with the right flags. From 18 on nothing is needed.
 */
final class CompilerFault {

    private static final int FIRST_SOUND = 18;
    private static final String[] COMPARISONS = {"I32_LT_U", "I32_GT_U", "I32_LE_U", "I32_GE_U"};
    private static final String OPERATIONS = "run/endive/runtime/OpcodeImpl.";

    private static boolean done;

    private CompilerFault() {}

    /** Does what this machine needs, once; throws {@link IllegalStateException} if it cannot be done. */
    static synchronized void protect() {
        if (!done && Runtime.version().feature() < FIRST_SOUND && !toldAtStart()) {
            tell();
        }
        done = true;
    }

    /** The directive, in the compiler's own format. */
    static String directive() {
        StringBuilder text = new StringBuilder("[{match: \"*.*\", c2: {inline: [");
        for (String comparison : COMPARISONS) {
            text.append("\"-").append(OPERATIONS).append(comparison).append("\",");
        }
        return text.append("]}}]").toString();
    }

    private static boolean toldAtStart() {
        String flags = String.join(" ", ManagementFactory.getRuntimeMXBean().getInputArguments());
        return flags.contains("dontinline," + OPERATIONS + COMPARISONS[0]);
    }

    private static void tell() {
        try {
            // The machine reads directives from a file only; there is none of it left when this returns.
            File file = File.createTempFile("tributary", ".directives");
            try {
                try (OutputStream out = new FileOutputStream(file)) {
                    out.write(directive().getBytes(StandardCharsets.UTF_8));
                }
                Object answer = ManagementFactory.getPlatformMBeanServer()
                        .invoke(
                                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                                "compilerDirectivesAdd",
                                new Object[] {new String[] {file.getPath()}},
                                new String[] {String[].class.getName()});
                if (!String.valueOf(answer).contains("directives added")) {
                    throw unprotected(String.valueOf(answer), null);
                }
            } finally {
                file.delete();
            }
        } catch (IOException | JMException refused) {
            throw unprotected(String.valueOf(refused.getMessage()), refused);
        }
    }

    private static IllegalStateException unprotected(String reason, @Nullable Throwable cause) {
        return new IllegalStateException(
                "Java " + Runtime.version().feature()
                        + " may miscompile contracts and cannot be kept from it (" + reason
                        + "): use Java 21 or later, or start it with -XX:CompileCommand=dontinline," + OPERATIONS
                        + COMPARISONS[0] + " and the same for I32_GT_U, I32_LE_U and I32_GE_U",
                cause);
    }
}
