package dev.tributary.core.simulation;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Loads the project's classes anew, with a call of {@link CallTrace#enter} at the start of each traced method. The
 * classes that other tests use are not affected.
 */
final class TracingClassLoader extends ClassLoader {

    private static final String PROJECT = "dev.tributary.";

    private final Predicate<String> traced;

    /**
     * Creates a loader.
     *
     * @param traced says which methods are traced, named as {@code Type.method} by the simple name of the class or of
     *     an interface that it implements
     */
    TracingClassLoader(Predicate<String> traced) {
        super(TracingClassLoader.class.getClassLoader());
        this.traced = traced;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(PROJECT) || name.startsWith(CallTrace.class.getName())) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? define(name) : loaded;
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        try (InputStream file = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (file == null) {
                throw new ClassNotFoundException(name);
            }
            ClassWriter traced = new ClassWriter(ClassWriter.COMPUTE_MAXS);
            new ClassReader(file).accept(new EntryTracer(traced), 0);
            byte[] bytes = traced.toByteArray();
            return defineClass(name, bytes, 0, bytes.length);
        } catch (IOException failure) {
            throw new ClassNotFoundException(name, failure);
        }
    }

    private static String simpleName(String internalName) {
        return internalName.substring(Math.max(internalName.lastIndexOf('/'), internalName.lastIndexOf('$')) + 1);
    }

    /** Adds the calls to the methods of one class. */
    private final class EntryTracer extends ClassVisitor {

        private String[] typeNames = {};

        EntryTracer(ClassVisitor next) {
            super(Opcodes.ASM9, next);
        }

        @Override
        public void visit(
                int version,
                int access,
                String name,
                @Nullable String signature,
                String superName,
                String[] interfaces) {
            typeNames = Stream.concat(Stream.of(name), Stream.of(interfaces))
                    .map(TracingClassLoader::simpleName)
                    .toArray(String[]::new);
            super.visit(version, access, name, signature, superName, interfaces);
        }

        @Override
        public MethodVisitor visitMethod(
                int access,
                String name,
                String descriptor,
                @Nullable String signature,
                String @Nullable [] exceptions) {
            MethodVisitor method = super.visitMethod(access, name, descriptor, signature, exceptions);
            boolean hasBody = (access & Opcodes.ACC_ABSTRACT) == 0;
            if (hasBody) {
                Stream.of(typeNames)
                        .map(type -> type + "." + name)
                        .filter(traced)
                        .forEach(step -> addCall(method, step));
            }
            return method;
        }

        private static void addCall(MethodVisitor method, String step) {
            method.visitLdcInsn(step);
            method.visitMethodInsn(
                    Opcodes.INVOKESTATIC,
                    CallTrace.class.getName().replace('.', '/'),
                    "enter",
                    "(Ljava/lang/String;)V",
                    false);
        }
    }
}
