package dev.tributary.core.mutation;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Loads the classes of the node and its tests anew, mutated ones first; libraries come from the parent. */
final class MutantLoader extends URLClassLoader {

    private static final String PACKAGE = "dev.tributary.";

    /** Loads from these directories first, and then from the directories of the class path. */
    MutantLoader(List<Path> directories) throws MalformedURLException {
        super(urls(directories), MutantLoader.class.getClassLoader());
    }

    private static URL[] urls(List<Path> first) throws MalformedURLException {
        Stream<Path> classPath = Arrays.stream(
                        System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(entry -> entry.toFile().isDirectory());
        List<URL> urls = new ArrayList<>();
        for (Path directory : Stream.concat(first.stream(), classPath).toList()) {
            urls.add(directory.toUri().toURL());
        }
        return urls.toArray(URL[]::new);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(PACKAGE)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? findClass(name) : loaded;
        }
    }
}
