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
 * Works around a bug of the JVM: before Java 18 the C2 compiler may miscompile unsigned comparisons that it inlines
 * into contract code. A compiler directive, added at run time, forbids the inlining, since applications that embed a
 * node rarely set the JVM flag for it. Java 18 and later need no workaround.
 */
final class CompilerBugWorkaround {

    private static final int FIXED_IN_VERSION = 18;
    private static final String[] COMPARISONS = {"I32_LT_U", "I32_GT_U", "I32_LE_U", "I32_GE_U"};
    private static final String OPCODE_CLASS = "run/endive/runtime/OpcodeImpl.";

    private static boolean done;

    private CompilerBugWorkaround() {}

    /** Adds the directive once if this JVM needs it; throws {@link IllegalStateException} if that fails. */
    static synchronized void apply() {
        if (!done && Runtime.version().feature() < FIXED_IN_VERSION && !isSetByFlag()) {
            addDirective();
        }
        done = true;
    }

    /** The directive in the format of the JVM's compiler. */
    static String directive() {
        StringBuilder text = new StringBuilder("[{match: \"*.*\", c2: {inline: [");
        for (String comparison : COMPARISONS) {
            text.append("\"-").append(OPCODE_CLASS).append(comparison).append("\",");
        }
        return text.append("]}}]").toString();
    }

    private static boolean isSetByFlag() {
        String flags = String.join(" ", ManagementFactory.getRuntimeMXBean().getInputArguments());
        return flags.contains("dontinline," + OPCODE_CLASS + COMPARISONS[0]);
    }

    private static void addDirective() {
        try {
            // The JVM reads directives from a file only; the file is deleted afterwards.
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
                    throw notApplied(String.valueOf(answer), null);
                }
            } finally {
                file.delete();
            }
        } catch (IOException | JMException refused) {
            throw notApplied(String.valueOf(refused.getMessage()), refused);
        }
    }

    private static IllegalStateException notApplied(String reason, @Nullable Throwable cause) {
        return new IllegalStateException(
                "Java " + Runtime.version().feature()
                        + " may miscompile contracts, and the workaround failed (" + reason
                        + "): use Java 21 or later, or start Java with -XX:CompileCommand=dontinline," + OPCODE_CLASS
                        + COMPARISONS[0] + " and the same for I32_GT_U, I32_LE_U and I32_GE_U",
                cause);
    }
}
