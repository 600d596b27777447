package dev.cairn.compactor;

import dev.cairn.compactor.catalog.SnapshotCatalog;
import dev.cairn.compactor.log.KafkaUserLogs;
import dev.cairn.compactor.log.LogAbsentException;
import dev.cairn.compactor.log.LogUnavailableException;
import dev.cairn.crypto.UserId;
import dev.cairn.provider.config.ProviderConfig;
import dev.cairn.provider.store.MinioObjectStore;
import dev.cairn.provider.store.ObjectStore;
import dev.cairn.provider.store.RetryingObjectStore;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;

/**
 * Verifies a user's log and snapshots against what the owner signed, without keys: {@code cairn
 * verify}.
 */
public final class LogVerification {
  private LogVerification() {}

  /**
   * Reads everything that the provider has of a user. Changes nothing.
   *
   * @throws LogAbsentException if the user has no log in any cell
   * @throws IOException if Kafka or the storage cannot be reached: then nothing is said about the
   *     data
   */
  public static VerificationReport verify(ProviderConfig config, UserId userId) throws IOException {
    String cell;
    try (Admin admin = Admin.create(config.kafkaClients().admin())) {
      cell = CompactionRequests.cellOf(admin, userId);
    } catch (ExecutionException e) {
      throw new LogUnavailableException("Kafka refused to list topics", e.getCause());
    } catch (TimeoutException e) {
      throw new LogUnavailableException("Kafka did not answer in time", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LogUnavailableException("Interrupted while verifying", e);
    }
    try (MinioObjectStore s3 = new MinioObjectStore(config.s3());
        KafkaUserLogs logs = new KafkaUserLogs(cell, config.kafkaClients())) {
      ObjectStore store = new RetryingObjectStore(s3);
      return new LogAudit(store, new SnapshotCatalog(store), logs).run(userId);
    }
  }
}
