package dev.tributary.core;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.tributary.core.message.PeerMessage;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Rules for dependencies and forbidden calls. */
@AnalyzeClasses(packages = "dev.tributary.core", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

    /** The packages above the borders and the ring. */
    private static final List<String> UPPER =
            List.of("request", "hosting", "subscription", "operation", "membership", "loop", "engine");

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("dev.tributary.core.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule coreUsesNoSocketsOrFiles = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.netty..",
                    "reactor.netty..",
                    "java.net.http..",
                    "java.nio.file..",
                    "dev.tributary.transport..",
                    "dev.tributary.app..");

    @ArchTest
    static final ArchRule valuesDependOnNoOtherPackage = noClasses()
            .that()
            .resideInAPackage("..core.value..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "..core.message..",
                    "..core.error..",
                    "..core.contract..",
                    "..core.ring..",
                    "..core.peer..",
                    "..core.storage..",
                    "..core.request..",
                    "..core.hosting..",
                    "..core.subscription..",
                    "..core.operation..",
                    "..core.membership..",
                    "..core.engine..",
                    "..core.loop..",
                    "reactor..");

    @ArchTest
    static final ArchRule limitsDependOnNoOtherPackage = noClasses()
            .that()
            .resideInAPackage("..core.limit..")
            .should()
            .dependOnClassesThat(resideInAPackage("dev.tributary..")
                    .and(DescribedPredicate.not(resideInAPackage("..core.limit.."))));

    @ArchTest
    static final ArchRule messagesDependOnlyOnValuesAndErrors = noClasses()
            .that()
            .resideInAPackage("..core.message..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "..core.contract..",
                    "..core.ring..",
                    "..core.peer..",
                    "..core.storage..",
                    "..core.request..",
                    "..core.hosting..",
                    "..core.subscription..",
                    "..core.operation..",
                    "..core.membership..",
                    "..core.engine..",
                    "..core.loop..",
                    "reactor..");

    @ArchTest
    static final ArchRule ringDependsOnNoSibling = dependsOnNoSibling("ring", "contract", "peer", "storage");

    @ArchTest
    static final ArchRule contractsDependOnNoSibling = dependsOnNoSibling("contract", "ring", "peer", "storage");

    @ArchTest
    static final ArchRule peersDependOnNoSibling = dependsOnNoSibling("peer", "ring", "contract", "storage");

    @ArchTest
    static final ArchRule storageDependsOnNoSibling = dependsOnNoSibling("storage", "ring", "contract", "peer");

    @ArchTest
    static final ArchRule requestsDependOnNoUserOfThem =
            dependsOnNone("request", "hosting", "subscription", "operation", "membership", "loop", "engine");

    @ArchTest
    static final ArchRule loopIsMechanicsOnly =
            dependsOnNone("loop", "request", "hosting", "subscription", "operation", "membership", "engine");

    @ArchTest
    static final ArchRule membershipDependsOnNoContracts =
            dependsOnNone("membership", "hosting", "subscription", "operation", "contract", "storage", "engine");

    @ArchTest
    static final ArchRule hostingDependsOnNoMembership =
            dependsOnNone("hosting", "membership", "subscription", "operation", "loop", "engine");

    @ArchTest
    static final ArchRule codeDoesNotBlock = noClasses()
            .should()
            .callMethod(Mono.class, "block")
            .orShould()
            .callMethod(Mono.class, "block", Duration.class)
            .orShould()
            .callMethod(Flux.class, "blockFirst")
            .orShould()
            .callMethod(Flux.class, "blockLast")
            .orShould()
            .callMethod(Flux.class, "toStream")
            .orShould()
            .callMethod(Flux.class, "toIterable")
            .orShould()
            .callMethod(Thread.class, "sleep", long.class);

    @ArchTest
    static final ArchRule onErrorContinueIsNotUsed =
            noClasses().should().callMethodWhere(target(name("onErrorContinue")));

    @ArchTest
    static final ArchRule onlyEngineMembershipLoopAndSimulationSubscribe = noClasses()
            .that()
            .resideOutsideOfPackages("..core.engine..", "..core.membership..", "..core.loop..", "..core.simulation..")
            .should()
            .callMethodWhere(target(name("subscribe")).and(target(owner(assignableTo(Publisher.class)))));

    @ArchTest
    static final ArchRule clocksAndThreadsArePassedIn = noClasses()
            .that()
            .doNotHaveSimpleName("NodeSchedulers")
            .and()
            .doNotHaveSimpleName("TimeSource")
            .and()
            .doNotHaveSimpleName("InMemoryNetwork")
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(Clock.class, "systemUTC")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(Math.class, "random")
            .orShould()
            .callMethod(Schedulers.class, "parallel")
            .orShould()
            .callMethod(Schedulers.class, "single")
            .orShould()
            .callMethod(Schedulers.class, "boundedElastic");

    @ArchTest
    static final ArchRule messagesAndEventsAreRecords = classes()
            .that()
            .areAssignableTo(PeerMessage.class)
            .and()
            .areNotInterfaces()
            .should()
            .beRecords();

    private static ArchRule dependsOnNone(String packageName, String... others) {
        String[] forbidden =
                Arrays.stream(others).map(other -> "..core." + other + "..").toArray(String[]::new);
        return noClasses()
                .that()
                .resideInAPackage("..core." + packageName + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(forbidden);
    }

    private static ArchRule dependsOnNoSibling(String packageName, String... siblings) {
        return dependsOnNone(
                packageName,
                Stream.concat(Arrays.stream(siblings), UPPER.stream()).toArray(String[]::new));
    }
}
