package dev.tributary.core.house;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreeScanner;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.lang.model.element.Name;
import org.jspecify.annotations.Nullable;

/**
 * Collects what people read in a Java source file besides its comments: declared names, split into words, and string
 * literals. In main code every literal counts. In test code many literals are data that ids and hashes are derived
 * from, so only those count that are printed: arguments of annotations, exceptions, logging, printing and descriptions
 * of assertions.
 */
final class VisibleTexts extends TreeScanner<@Nullable Void, Boolean> {

    private static final Set<String> PRINTING = Set.of(
            "trace",
            "debug",
            "info",
            "warn",
            "error",
            "print",
            "println",
            "printf",
            "as",
            "describedAs",
            "fail",
            "withFailMessage",
            "overridingErrorMessage");

    private final SourceFile file;
    private final List<Passage> passages = new ArrayList<>();

    private VisibleTexts(SourceFile file) {
        this.file = file;
    }

    static List<Passage> of(SourceFile file) {
        VisibleTexts texts = new VisibleTexts(file);
        texts.scan(file.unit(), !file.isTest());
        return texts.passages;
    }

    @Override
    public @Nullable Void visitLiteral(LiteralTree literal, Boolean visible) {
        if (visible && literal.getValue() instanceof String text) {
            boolean isTextBlock = file.lastLine(literal) > file.line(literal);
            passages.add(new Passage(file.line(literal) + (isTextBlock ? 1 : 0), text));
        }
        return null;
    }

    @Override
    public @Nullable Void visitAnnotation(AnnotationTree annotation, Boolean visible) {
        return super.visitAnnotation(annotation, true);
    }

    @Override
    public @Nullable Void visitNewClass(NewClassTree created, Boolean visible) {
        String type = created.getIdentifier().toString();
        return super.visitNewClass(created, visible || type.endsWith("Exception") || type.endsWith("Error"));
    }

    @Override
    public @Nullable Void visitMethodInvocation(MethodInvocationTree call, Boolean visible) {
        scan(call.getMethodSelect(), visible);
        return scan(call.getArguments(), visible || isPrinting(call.getMethodSelect()));
    }

    @Override
    public @Nullable Void visitClass(ClassTree type, Boolean visible) {
        addName(type, type.getSimpleName());
        return super.visitClass(type, visible);
    }

    @Override
    public @Nullable Void visitMethod(MethodTree method, Boolean visible) {
        addName(method, method.getName());
        return super.visitMethod(method, visible);
    }

    @Override
    public @Nullable Void visitVariable(VariableTree variable, Boolean visible) {
        addName(variable, variable.getName());
        return super.visitVariable(variable, visible);
    }

    private void addName(Tree declaration, Name name) {
        passages.add(new Passage(file.line(declaration), name.toString().replaceAll("(?<=[a-z])(?=[A-Z])", " ")));
    }

    private static boolean isPrinting(ExpressionTree method) {
        return method instanceof MemberSelectTree select
                && PRINTING.contains(select.getIdentifier().toString());
    }
}
