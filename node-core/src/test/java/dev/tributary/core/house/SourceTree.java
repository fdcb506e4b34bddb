package dev.tributary.core.house;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * The sources of all modules, without generated ones.
 *
 * @param root the directory of the root README
 */
record SourceTree(Path root, List<SourceFile> main, List<SourceFile> tests) {

    private static final List<String> MODULES = List.of("node-core", "node-transport", "node-app");

    /** Parses the project that contains the working directory. */
    static SourceTree ofProject() throws IOException {
        return of(projectRoot());
    }

    /** Parses the project in this directory. */
    static SourceTree of(Path root) throws IOException {
        return new SourceTree(root, parse(root, "src/main/java"), parse(root, "src/test/java"));
    }

    /** The root of the project that contains the working directory: Maven runs tests in the module's directory. */
    static Path projectRoot() {
        Path directory = Path.of("").toAbsolutePath();
        while (!Files.exists(directory.resolve(MODULES.get(0)))) {
            directory = directory.getParent();
            if (directory == null) {
                throw new IllegalStateException("the working directory is not inside the project");
            }
        }
        return directory;
    }

    private static List<SourceFile> parse(Path root, String directory) throws IOException {
        List<Path> paths = new ArrayList<>();
        for (String module : MODULES) {
            try (Stream<Path> files = Files.walk(root.resolve(module).resolve(directory))) {
                files.filter(path -> path.toString().endsWith(".java")).forEach(paths::add);
            }
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    null, manager, null, List.of("-proc:none"), null, manager.getJavaFileObjectsFromPaths(paths));
            SourcePositions positions = Trees.instance(task).getSourcePositions();
            List<SourceFile> parsed = new ArrayList<>();
            for (CompilationUnitTree unit : task.parse()) {
                Path path = Path.of(unit.getSourceFile().toUri());
                parsed.add(new SourceFile(root.relativize(path), Files.readString(path), unit, positions));
            }
            parsed.sort(Comparator.comparing(SourceFile::path));
            return parsed;
        }
    }
}
