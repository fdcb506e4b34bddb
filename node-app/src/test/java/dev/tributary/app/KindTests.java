package dev.tributary.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaFieldAccess;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Each type of a sealed hierarchy has a kind of its own. Switch expressions over the kinds have no default case, so a
 * new type does not compile until every mapping has a case for it.
 */
class KindTests {

    /** Names of the enums that tell the types of a sealed hierarchy apart. */
    private static final List<String> NAMES = List.of("Kind", "Family", "Source");

    @Test
    void eachPermittedTypeHasItsOwnKind() {
        JavaClasses classes = ArchConfiguration.withThreadLocalScope(KindTests::importClasses);
        List<JavaClass> enums = classes.stream()
                .filter(type -> type.isEnum() && NAMES.contains(type.getSimpleName()))
                .filter(type ->
                        type.getEnclosingClass().isPresent() && enclosing(type).isSealed())
                .toList();

        assertThat(enums).hasSizeGreaterThan(10);
        assertThat(enums).allSatisfy(kinds -> {
            List<String> used = new ArrayList<>();
            for (Class<?> permitted : permitted(enclosing(kinds)).toList()) {
                List<String> own = constantsUsedBy(classes.get(permitted), kinds);
                assertThat(own).as("kinds of %s", permitted).hasSize(1);
                used.addAll(own);
            }
            assertThat(used)
                    .containsExactlyInAnyOrderElementsOf(
                            Arrays.stream(kinds.reflect().getEnumConstants())
                                    .map(Object::toString)
                                    .toList());
        });
    }

    /** Imports all production classes, without the classes of libraries that they refer to. */
    private static JavaClasses importClasses(ArchConfiguration configuration) {
        configuration.setResolveMissingDependenciesFromClassPath(false);
        return new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("dev.tributary");
    }

    /** The permitted types, and those of a permitted interface that is sealed itself. */
    private static Stream<Class<?>> permitted(Class<?> family) {
        return Arrays.stream(family.getPermittedSubclasses())
                .flatMap(type -> type.isSealed() && kindsOf(type) == 0 ? permitted(type) : Stream.of(type))
                .distinct();
    }

    private static long kindsOf(Class<?> family) {
        return Arrays.stream(family.getDeclaredClasses())
                .filter(type -> type.isEnum() && NAMES.contains(type.getSimpleName()))
                .count();
    }

    private static Class<?> enclosing(JavaClass type) {
        return type.getEnclosingClass().orElseThrow().reflect();
    }

    private static List<String> constantsUsedBy(JavaClass type, JavaClass kinds) {
        return type.getFieldAccessesFromSelf().stream()
                .map(JavaFieldAccess::getTarget)
                .filter(field -> field.getOwner().equals(kinds))
                .map(field -> field.getName())
                .distinct()
                .toList();
    }
}
