package dev.tributary.core.house;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.TreeScanner;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import org.jspecify.annotations.Nullable;

/** The kinds of the project's sealed types: over them, and only over them, a switch expression can be exhaustive. */
final class SealedTypes {

    private final Set<String> kinds = new HashSet<>();

    private SealedTypes() {}

    static SealedTypes of(List<SourceFile> files) {
        List<Declared> declared = new ArrayList<>();
        files.forEach(file -> new Collector(declared).scan(file.unit(), ""));
        Set<String> sealedNames = new HashSet<>();
        declared.stream().filter(Declared::isSealed).forEach(each -> sealedNames.add(each.simpleName()));
        SealedTypes types = new SealedTypes();
        declared.stream()
                .filter(each -> each.supertypes().anyMatch(sealedNames::contains))
                .forEach(each -> types.kinds.add(each.name()));
        return types;
    }

    /** Whether the type, as it is written in an expression, is a kind of a sealed type. */
    boolean isKind(Tree type) {
        String name = type.toString();
        return kinds.contains(name) || kinds.stream().anyMatch(kind -> kind.endsWith("." + name));
    }

    /**
     * A declared type.
     *
     * @param name the name with those of the enclosing types, without the package
     */
    private record Declared(String name, ClassTree tree) {

        boolean isSealed() {
            return tree.getModifiers().getFlags().contains(Modifier.SEALED);
        }

        String simpleName() {
            return tree.getSimpleName().toString();
        }

        /** The simple names of the direct supertypes. */
        Stream<String> supertypes() {
            return Stream.concat(Stream.ofNullable(tree.getExtendsClause()), tree.getImplementsClause().stream())
                    .map(Tree::toString)
                    .map(type -> type.substring(type.lastIndexOf('.') + 1));
        }
    }

    /** Collects declared types; the parameter is the name of the enclosing type. */
    private static final class Collector extends TreeScanner<@Nullable Void, String> {

        private final List<Declared> declared;

        Collector(List<Declared> declared) {
            this.declared = declared;
        }

        @Override
        public @Nullable Void visitClass(ClassTree type, String enclosing) {
            String name = enclosing.isEmpty() ? "" + type.getSimpleName() : enclosing + "." + type.getSimpleName();
            declared.add(new Declared(name, type));
            return super.visitClass(type, name);
        }
    }
}
