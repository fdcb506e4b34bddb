package dev.tributary.core.house;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.SourcePositions;
import java.nio.file.Path;
import java.util.List;

/**
 * A parsed Java source file.
 *
 * @param path relative to the project's root
 */
record SourceFile(Path path, String text, CompilationUnitTree unit, SourcePositions positions) {

    boolean isTest() {
        return path.startsWith(path.getName(0).resolve("src/test"));
    }

    /** The top-level types; none in a file of package documentation. */
    List<ClassTree> topLevelTypes() {
        return unit.getTypeDecls().stream()
                .filter(ClassTree.class::isInstance)
                .map(ClassTree.class::cast)
                .toList();
    }

    String packageName() {
        return String.valueOf(unit.getPackageName());
    }

    /** The number of lines of the file. */
    int lines() {
        return Comments.newlines(text, 0, text.length());
    }

    int line(Tree tree) {
        return lineAt(positions.getStartPosition(unit, tree));
    }

    int lastLine(Tree tree) {
        return lineAt(positions.getEndPosition(unit, tree));
    }

    /** The file, and the line on which the tree begins. */
    String place(Tree tree) {
        return path + ":" + line(tree);
    }

    private int lineAt(long position) {
        return (int) unit.getLineMap().getLineNumber(position);
    }
}
