package dev.zoetrope.standalone;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.zoetrope.engine.ModelFamily;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/** The direction of dependencies, as docs/architecture.md draws it. */
@AnalyzeClasses(packages = "dev.zoetrope", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String[] SERVICES = {
        "dev.zoetrope.gateway..",
        "dev.zoetrope.textencoder..",
        "dev.zoetrope.denoiser..",
        "dev.zoetrope.decoder..",
        "dev.zoetrope.encoder.."
    };
    /** As services find them: no family is named here. */
    private static final String[] FAMILIES = ServiceLoader.load(ModelFamily.class).stream()
            .map(family -> family.type().getPackageName() + "..")
            .toArray(String[]::new);

    private static final String[] MODELS = Stream.concat(
                    Stream.of("dev.zoetrope.engine..", "dev.zoetrope.sampling.."), Stream.of(FAMILIES))
            .toArray(String[]::new);

    private static final String[] INFRASTRUCTURE = {
        "org.apache.kafka..", "io.minio..", "io.quarkus..", "dev.zoetrope.artifacts..", "dev.zoetrope.stage.."
    };

    @ArchTest
    static final ArchRule contracts_know_nothing_of_ours = noClasses()
            .that()
            .resideInAPackage("dev.zoetrope.contracts..")
            .should()
            .dependOnClassesThat(
                    resideInAPackage("dev.zoetrope..").and(resideOutsideOfPackage("dev.zoetrope.contracts..")))
            .because("a message must be readable by a client that has nothing else of ours; move the code that needs"
                    + " more to the module that sends or reads it");

    @ArchTest
    static final ArchRule contracts_know_no_broker = noClasses()
            .that()
            .resideInAPackage("dev.zoetrope.contracts..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(INFRASTRUCTURE)
            .because("contracts say what a message is, not how it travels; put the sending into messaging");

    @ArchTest
    static final ArchRule planning_knows_contracts_only = noClasses()
            .that()
            .resideInAPackage("dev.zoetrope.planning..")
            .should()
            .dependOnClassesThat(resideInAPackage("dev.zoetrope..")
                    .and(resideOutsideOfPackages("dev.zoetrope.planning..", "dev.zoetrope.contracts..")))
            .because(
                    "the gateway and the command plan by the same code; throw PlanRefused and let the caller say it in its own"
                            + " form");

    @ArchTest
    static final ArchRule families_know_no_mesh = noClasses()
            .that()
            .resideInAnyPackage(MODELS)
            .or()
            .resideInAnyPackage("dev.zoetrope.tensors..", "dev.zoetrope.codec..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(INFRASTRUCTURE)
            .because("a model or codec is a library that a test, a command or a service runs alike; pass it tensors and"
                    + " files, and keep orders and objects in the service");

    @ArchTest
    static void families_are_found(JavaClasses classes) {
        assertThat(FAMILIES).isNotEmpty();
        assertThat(classes.stream().filter(c -> resideInAnyPackage(FAMILIES).test(c)))
                .isNotEmpty();
    }

    @ArchTest
    static final ArchRule what_families_share_knows_no_family = noClasses()
            .that()
            .resideInAnyPackage("dev.zoetrope.engine..", "dev.zoetrope.sampling..", "dev.zoetrope.contracts..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(FAMILIES)
            .because("engine and sampling are for every family; let the family pass in what differs");

    @ArchTest
    static void no_family_knows_another(JavaClasses classes) {
        for (String family : FAMILIES) {
            String[] others =
                    Stream.of(FAMILIES).filter(other -> !other.equals(family)).toArray(String[]::new);
            noClasses()
                    .that()
                    .resideInAPackage(family)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(others)
                    .because("families come and go alone; move what two of them need to engine or sampling")
                    .check(classes);
        }
    }

    @ArchTest
    static final ArchRule models_know_the_contracts_of_models = noClasses()
            .that()
            .resideInAnyPackage(MODELS)
            .should()
            .dependOnClassesThat(resideInAPackage("dev.zoetrope.contracts..")
                    .and(DescribedPredicate.not(nameMatching(
                            "dev\\.zoetrope\\.contracts\\.(ModelCard(\\$.*)?|SamplingSettings|Problem|ProblemCode)"))))
            .because(
                    "a model knows its card, how it is to sample and what a client is told of failures; orders and facts are the"
                            + " services'");

    @ArchTest
    static final ArchRule services_know_no_family = noClasses()
            .that()
            .resideInAnyPackage(SERVICES)
            .or()
            .resideInAPackage("dev.zoetrope.stage..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(FAMILIES)
            .because("a new family must cost one folder and one line of models/families; ask for what is missing in"
                    + " dev.zoetrope.engine.ModelFamily");

    @ArchTest
    static final ArchRule gateway_knows_no_model = noClasses()
            .that()
            .resideInAPackage("dev.zoetrope.gateway..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.zoetrope.engine..", "ai.djl..", "org.bytedeco..", "dev.zoetrope.stage..")
            .because("gateways scale with clients and restart in seconds, without native libraries; what it must know"
                    + " of a model is in contracts' ModelCard");

    @ArchTest
    static final ArchRule the_gateways_libraries_point_one_way = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("the deployable")
            .definedBy("dev.zoetrope.gateway", gateway("openapi"), gateway("welcome"))
            .layer("videos")
            .definedBy(gateway("videos"))
            .layer("media")
            .definedBy(gateway("media"))
            .layer("webhooks")
            .definedBy(gateway("webhooks"))
            .layer("prompt-expansion")
            .definedBy(gateway("expansion"))
            .layer("model-catalogue")
            .definedBy(gateway("models"))
            .layer("addresses")
            .definedBy(gateway("addresses"))
            .layer("http")
            .definedBy(
                    gateway("http"),
                    gateway("problems"),
                    gateway("access"),
                    gateway("requests"),
                    gateway("idempotency"),
                    gateway("records"),
                    gateway("content"))
            .layer("job-state")
            .definedBy(gateway("jobs"))
            .whereLayer("the deployable")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("videos")
            .mayOnlyAccessLayers("http", "media", "webhooks", "prompt-expansion", "model-catalogue", "job-state")
            .whereLayer("media")
            .mayOnlyAccessLayers("http", "addresses")
            .whereLayer("webhooks")
            .mayOnlyAccessLayers("http", "addresses", "job-state")
            .whereLayer("prompt-expansion")
            .mayOnlyAccessLayers("http")
            .whereLayer("model-catalogue")
            .mayOnlyAccessLayers("http")
            .whereLayer("addresses")
            .mayOnlyAccessLayers("http")
            .whereLayer("http")
            .mayNotAccessAnyLayer()
            .whereLayer("job-state")
            .mayNotAccessAnyLayer()
            .because(
                    "a part of the gateway must be readable, tested and changed without the others; hand in what it needs,"
                            + " or move what two of them need to gateway/http");

    @ArchTest
    static void every_package_of_the_gateway_is_in_a_part(JavaClasses classes) {
        List<String> parts = List.of(
                "openapi",
                "welcome",
                "videos",
                "media",
                "webhooks",
                "expansion",
                "models",
                "addresses",
                "http",
                "problems",
                "access",
                "requests",
                "idempotency",
                "records",
                "content",
                "jobs");
        assertThat(classes.stream()
                        .map(type -> type.getPackageName())
                        .filter(name -> name.startsWith("dev.zoetrope.gateway."))
                        .map(name -> name.split("\\.")[3])
                        .distinct())
                .containsExactlyInAnyOrderElementsOf(parts);
    }

    private static String gateway(String part) {
        return "dev.zoetrope.gateway." + part + "..";
    }

    @ArchTest
    static final ArchRule the_codecs_folders_point_one_way = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("what all have in common")
            .definedBy("dev.zoetrope.codec")
            .layer("reading")
            .definedBy("dev.zoetrope.codec.reading")
            .layer("pictures")
            .definedBy("dev.zoetrope.codec.pictures")
            .layer("writing")
            .definedBy("dev.zoetrope.codec.writing")
            .layer("preview")
            .definedBy("dev.zoetrope.codec.preview")
            .layer("untrusted")
            .definedBy("dev.zoetrope.codec.untrusted")
            .whereLayer("what all have in common")
            .mayNotAccessAnyLayer()
            .whereLayer("reading")
            .mayOnlyAccessLayers("what all have in common")
            .whereLayer("pictures")
            .mayOnlyAccessLayers("what all have in common", "reading")
            .whereLayer("writing")
            .mayOnlyAccessLayers("what all have in common", "reading")
            .whereLayer("preview")
            .mayOnlyAccessLayers("what all have in common", "reading", "writing")
            .whereLayer("untrusted")
            .mayNotBeAccessedByAnyLayer()
            .because("what takes a damaged file apart must not be called beside the child process that may die of it");

    @ArchTest
    static final ArchRule no_service_knows_another = slices().matching(
                    "dev.zoetrope.(gateway|textencoder|denoiser|decoder|encoder)..")
            .should()
            .notDependOnEachOther()
            .because("services meet in orders, facts and artifacts alone; move what two of them need to contracts,"
                    + " artifacts or stage");

    @ArchTest
    static final ArchRule only_the_engine_speaks_to_djl = classes()
            .that()
            .resideOutsideOfPackages(MODELS)
            .should()
            .onlyDependOnClassesThat()
            .resideOutsideOfPackage("ai.djl..")
            .because(
                    "DJL's native calls abort the process on what they do not expect; go through dev.zoetrope.engine, which checks");

    @ArchTest
    static final ArchRule every_main_settles_the_machine = classes()
            .that(describe("have a main", type -> type.tryGetMethod("main", String[].class)
                    .isPresent()))
            .and()
            .resideOutsideOfPackage("dev.zoetrope.codec.untrusted")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.zoetrope.machine..")
            .because(
                    "a process whose locale writes other digits names files and ranges in them; call Machine.settle first."
                            + " The decoding child's whole environment is set by its parent");
}
