package dev.tributary.core.house;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreeScanner;
import java.util.ArrayList;
import java.util.List;
import javax.lang.model.element.Modifier;
import org.jspecify.annotations.Nullable;

/** The declarations of source files: lengths of methods, long parameter lists, and who sees the top-level types. */
final class Declarations extends TreeScanner<@Nullable Void, SourceFile> {

    /** Maximum number of parameters of a constructor, or of components of a record. */
    private static final int MAX_PARAMETERS = 8;

    private final List<Integer> methodLines = new ArrayList<>();
    private final List<String> longConstructors = new ArrayList<>();
    private int topLevelTypes;
    private int hiddenTypes;

    static Declarations of(List<SourceFile> files) {
        Declarations declarations = new Declarations();
        files.forEach(file -> declarations.scan(file.unit(), file));
        files.forEach(declarations::countTypes);
        return declarations;
    }

    /** Lines of each method with a body, constructors included, comments before it excluded. */
    List<Integer> methodLines() {
        return methodLines;
    }

    /** Constructors and record headers with more than the maximum of parameters: place, name and number. */
    List<String> longConstructors() {
        return longConstructors;
    }

    /** The share of top-level types that only their package sees, in percent. */
    int hiddenPercent() {
        return Math.round(100f * hiddenTypes / topLevelTypes);
    }

    @Override
    public @Nullable Void visitMethod(MethodTree method, SourceFile file) {
        if (method.getBody() != null) {
            methodLines.add(file.lastLine(method) - file.line(method) + 1);
        }
        return super.visitMethod(method, file);
    }

    @Override
    public @Nullable Void visitClass(ClassTree type, SourceFile file) {
        int components = 0;
        if (type.getKind() == Tree.Kind.RECORD) {
            components = (int) type.getMembers().stream()
                    .filter(Declarations::isInstanceField)
                    .count();
            addIfLong(file, type, "record " + type.getSimpleName(), components);
        }
        for (Tree member : type.getMembers()) {
            // A record's canonical constructor repeats its header.
            if (member instanceof MethodTree method
                    && method.getReturnType() == null
                    && method.getParameters().size() != components) {
                addIfLong(file, method, "constructor", method.getParameters().size());
            }
        }
        return super.visitClass(type, file);
    }

    /** Whether the member of a record is one of its components, which are its only instance fields. */
    private static boolean isInstanceField(Tree member) {
        return member instanceof VariableTree field
                && !field.getModifiers().getFlags().contains(Modifier.STATIC);
    }

    private void addIfLong(SourceFile file, Tree tree, String name, int parameters) {
        if (parameters > MAX_PARAMETERS) {
            longConstructors.add(file.place(tree) + " " + name + " " + parameters);
        }
    }

    private void countTypes(SourceFile file) {
        for (ClassTree type : file.topLevelTypes()) {
            boolean isHidden = !type.getModifiers().getFlags().contains(Modifier.PUBLIC);
            topLevelTypes++;
            hiddenTypes += isHidden ? 1 : 0;
        }
    }
}
