package dev.tributary.app;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Checks the dependencies that the design forbids. */
@AnalyzeClasses(packages = "dev.tributary.app", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("dev.tributary.app.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule onlyStorageDependsOnIndexLibrary = noClasses()
            .that()
            .resideOutsideOfPackage("..app.storage..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.h2..");

    @ArchTest
    static final ArchRule onlyConfigurationAndCommandsDependOnJson = noClasses()
            .that()
            .resideOutsideOfPackages("..app.config..", "..app.contract..", "..app.client..", "..app.store..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("tools.jackson..");

    @ArchTest
    static final ArchRule onlyCommandLineDependsOnItsParser = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "..app.cli..", "..app.contract..", "..app.client..", "..app.store..", "dev.tributary.app")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("picocli..");

    @ArchTest
    static final ArchRule onlyCommandLineDependsOnLoggingLibrary = noClasses()
            .that()
            .resideOutsideOfPackages("..app.cli..", "dev.tributary.app")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ch.qos.logback..");

    @ArchTest
    static final ArchRule storageDependsOnNoOtherPartOfApplication = noClasses()
            .that()
            .resideInAnyPackage("..app.storage..", "..app.directory..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "..app.config..",
                    "..app.cli..",
                    "..transport.client..",
                    "..transport.identity..",
                    "..transport.peer..",
                    "..transport.wire..");
}
