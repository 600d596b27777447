package dev.cairn.schemas.wire;

import dev.cairn.schemas.avro.AccountCommand;
import dev.cairn.schemas.avro.Commit;
import dev.cairn.schemas.avro.CompactionJob;
import dev.cairn.schemas.avro.EpochOpened;
import dev.cairn.schemas.avro.RecoveryBundle;
import dev.cairn.schemas.avro.SnapshotEvent;
import dev.cairn.schemas.avro.SnapshotManifest;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/**
 * Every record that travels or rests in wire format. The built-in id stands in the five-byte prefix
 * where no registry has assigned one; it is a promise for ever, as the schema's meaning is. The ids
 * lie far above what a registry hands out, so that the two do not meet in practice; where they do,
 * the reader's trial decoding decides (see {@link SchemaIds}).
 */
public enum RecordType {
  COMMIT(0x4361_0001, Commit.class),
  EPOCH_OPENED(0x4361_0002, EpochOpened.class),
  COMPACTION_JOB(0x4361_0003, CompactionJob.class),
  SNAPSHOT_EVENT(0x4361_0004, SnapshotEvent.class),
  RECOVERY_BUNDLE(0x4361_0005, RecoveryBundle.class),
  SNAPSHOT_MANIFEST(0x4361_0006, SnapshotManifest.class),
  ACCOUNT_COMMAND(0x4361_0007, AccountCommand.class);

  private final int builtInId;
  private final Class<? extends SpecificRecord> recordClass;

  RecordType(int builtInId, Class<? extends SpecificRecord> recordClass) {
    this.builtInId = builtInId;
    this.recordClass = recordClass;
  }

  /** The id that needs no registry. */
  public int builtInId() {
    return builtInId;
  }

  public Schema schema() {
    return SpecificData.get().getSchema(recordClass);
  }

  public Class<? extends SpecificRecord> recordClass() {
    return recordClass;
  }

  /**
   * Registry subject: the record's full name (Confluent's RecordNameStrategy), never one per topic.
   */
  public String subject() {
    return schema().getFullName();
  }

  /** The type of an instance. */
  public static RecordType of(SpecificRecord record) {
    for (RecordType type : values()) {
      if (type.recordClass.isInstance(record)) {
        return type;
      }
    }
    throw new IllegalArgumentException("not a record of ours: " + record.getClass().getName());
  }

  /** The type with this built-in id. */
  public static Optional<RecordType> ofBuiltInId(int id) {
    for (RecordType type : values()) {
      if (type.builtInId == id) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  /** The type with this registry subject. */
  public static Optional<RecordType> ofSubject(String subject) {
    for (RecordType type : values()) {
      if (type.subject().equals(subject)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
