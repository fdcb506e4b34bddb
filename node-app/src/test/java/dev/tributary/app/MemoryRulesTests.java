package dev.tributary.app;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.tributary.core.limit.MemoryBudget;
import dev.tributary.core.limit.MemoryPlan;
import io.netty.util.internal.PlatformDependent;
import java.lang.management.MemoryUsage;

/** All modules take their limits of memory from the one plan, so that they add up. */
@AnalyzeClasses(
        packages = "dev.tributary",
        importOptions = {ImportOption.DoNotIncludeTests.class, MemoryRulesTests.NoTestJars.class})
class MemoryRulesTests {

    /** The tests of the other modules come as jars, or as directories of their build. */
    static final class NoTestJars implements ImportOption {

        @Override
        public boolean includes(Location location) {
            return !location.contains("-tests.jar") && !location.contains("/test-classes/");
        }
    }

    @ArchTest
    static final ArchRule onlyThePlanAsksForTheSizeOfTheMemory = noClasses()
            .that()
            .doNotBelongToAnyOf(MemoryPlan.class)
            .should()
            .callMethod(Runtime.class, "maxMemory")
            .orShould()
            .callMethod(MemoryUsage.class, "getMax")
            .orShould()
            .callMethod(PlatformDependent.class, "maxDirectMemory");

    @ArchTest
    static final ArchRule onlyThePlanMakesBudgetsOfMemory = noClasses()
            .that()
            .doNotBelongToAnyOf(MemoryPlan.class, MemoryBudget.class)
            .should()
            .callConstructorWhere(target(owner(type(MemoryBudget.class))));
}
