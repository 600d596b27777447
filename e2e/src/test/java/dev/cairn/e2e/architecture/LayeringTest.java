package dev.cairn.e2e.architecture;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.util.Set;
import java.util.TreeSet;

/** Which module may know which other. The POMs allow it or not; this says it in one place. */
@AnalyzeClasses(packages = "dev.cairn", importOptions = ImportOption.DoNotIncludeTests.class)
final class LayeringTest {

  @ArchTest
  static final ArchRule OWNER_COMPACTOR_AND_RECOVERY_DO_NOT_KNOW_ONE_ANOTHER =
      slices()
          .matching("dev.cairn.(keyserver|compactor|recovery)..")
          .namingSlices("$1")
          .should()
          .notDependOnEachOther();

  @ArchTest
  static final ArchRule CRYPTO_KNOWS_NEITHER_SCHEMAS_NOR_KAFKA_NOR_STORAGE =
      ArchRuleDefinition.noClasses()
          .that()
          .resideInAPackage("dev.cairn.crypto..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.cairn.schemas..",
              "dev.cairn.journal..",
              "dev.cairn.provider..",
              "org.apache.kafka..",
              "org.apache.avro..",
              "io.minio..");

  @ArchTest
  static final ArchRule SCHEMAS_DO_NOT_KNOW_CRYPTO =
      ArchRuleDefinition.noClasses()
          .that()
          .resideInAPackage("dev.cairn.schemas..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.cairn.crypto..", "dev.cairn.journal..", "dev.cairn.provider..");

  @ArchTest
  static final ArchRule NOTHING_OF_THE_OWNER_S_KEYS_ON_THE_PROVIDER_S_SIDE =
      ArchRuleDefinition.noClasses()
          .that()
          .resideInAnyPackage(
              "dev.cairn.compactor..",
              "dev.cairn.recovery..",
              "dev.cairn.provider..",
              "dev.cairn.broker..")
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("dev.cairn.crypto.BackupKey")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("dev.cairn.crypto.ObjectSealer")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("dev.cairn.crypto.bundle.Kek");

  @ArchTest
  static final ArchRule CONFIGURATION_KNOWS_NOTHING_OF_WHAT_IS_CONFIGURED =
      ArchRuleDefinition.noClasses()
          .that()
          .resideInAPackage("dev.cairn.config..")
          .should()
          .dependOnClassesThat(
              JavaClass.Predicates.resideInAPackage("dev.cairn..")
                  .and(
                      DescribedPredicate.not(
                          JavaClass.Predicates.resideInAPackage("dev.cairn.config.."))));

  @ArchTest
  static void everyAnswerOfTheConfigurationIsAskedForBySomebody(JavaClasses classes) {
    JavaClass config = classes.get("dev.cairn.provider.config.ProviderConfig");
    Set<String> unread = new TreeSet<>();
    for (JavaMethod method : config.getMethods()) {
      boolean isAnswer =
          method.getModifiers().contains(JavaModifier.PUBLIC)
              && !method.getModifiers().contains(JavaModifier.STATIC)
              && !method.getModifiers().contains(JavaModifier.SYNTHETIC)
              && !method.getName().equals("toString");
      if (isAnswer
          && method.getAccessesToSelf().stream()
              .allMatch(access -> access.getOriginOwner().equals(config))) {
        unread.add(method.getName());
      }
    }
    assertEquals(Set.of(), unread, "options that no service reads");
  }

  private LayeringTest() {}
}
