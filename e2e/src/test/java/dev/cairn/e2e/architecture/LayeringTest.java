package dev.cairn.e2e.architecture;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;

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

  private LayeringTest() {}
}
