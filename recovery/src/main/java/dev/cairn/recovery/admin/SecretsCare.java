package dev.cairn.recovery.admin;

import dev.cairn.provider.config.ProviderConfig;
import dev.cairn.provider.store.MinioObjectStore;
import dev.cairn.provider.store.ObjectStore;
import dev.cairn.provider.store.RetryingObjectStore;
import dev.cairn.recovery.SecretsCheck;
import dev.cairn.recovery.secrets.ServiceSecret;
import dev.cairn.recovery.secrets.ServiceSecrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes, checks and copies the service secrets: {@code cairn recovery secrets}. */
public final class SecretsCare {
  private SecretsCare() {}

  /**
   * One secret as it was found.
   *
   * @param defect why it cannot be used; absent when it is what the accounts were made with
   */
  public record Finding(ServiceSecret secret, Optional<String> defect) {}

  /**
   * Makes all secrets, unless the bucket knows others.
   *
   * @throws IOException also where the directory exists: it is left as it is
   */
  public static void init(ProviderConfig config) throws IOException {
    if (Files.exists(config.secretsDir())) {
      throw new IOException(config.secretsDir() + " exists. Nothing was changed.");
    }
    try (MinioObjectStore s3 = new MinioObjectStore(config.s3())) {
      s3.createBucketIfAbsent();
      ObjectStore store = new RetryingObjectStore(s3);
      if (SecretsCheck.isAnyKnown(store)) {
        throw new IOException(
            "the bucket belongs to a service with other secrets. No password would open its backup"
                + " under new ones, so none were made: bring the directory back from its backup.");
      }
      ServiceSecrets.createIfAbsent(config.secretsDir());
      try (ServiceSecrets made = ServiceSecrets.load(config.secretsDir())) {
        SecretsCheck.requireSame(made, store);
      }
    }
  }

  /** Looks at every secret in a directory: the service's own, or a backup of it. */
  public static List<Finding> check(ProviderConfig config, Path directory) throws IOException {
    List<Finding> findings = new ArrayList<>();
    boolean usable = true;
    for (ServiceSecret each : ServiceSecret.values()) {
      Optional<String> defect = ServiceSecrets.defect(directory, each);
      usable &= defect.isEmpty();
      findings.add(new Finding(each, defect));
    }
    if (!usable) {
      return findings;
    }
    try (ServiceSecrets secrets = ServiceSecrets.load(directory);
        MinioObjectStore s3 = new MinioObjectStore(config.s3())) {
      List<String> others = SecretsCheck.others(secrets, new RetryingObjectStore(s3));
      return findings.stream()
          .map(finding ->
              others.contains(finding.secret().label())
                  ? new Finding(
                      finding.secret(),
                      Optional.of("it is not the one that the accounts were made with"))
                  : finding)
          .toList();
    }
  }
}
