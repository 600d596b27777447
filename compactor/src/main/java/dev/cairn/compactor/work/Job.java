package dev.cairn.compactor.work;

import dev.cairn.crypto.UserId;
import dev.cairn.schemas.avro.CompactionJob;
import dev.cairn.schemas.wire.MalformedWireException;
import dev.cairn.schemas.wire.RecordType;
import dev.cairn.schemas.wire.WireFormat;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** A job as it stands in the jobs topic. */
record Job(TopicPartition partition, long offset, UserId userId, String jobId) {
  private static final int MAX_ID = 200;

  /** Reads a job; empty if the bytes are none. */
  static Optional<Job> read(
      WireFormat wireFormat, TopicPartition partition, long offset, byte @Nullable [] value) {
    if (value == null) {
      return Optional.empty();
    }
    try {
      CompactionJob job = wireFormat.decode(value, RecordType.COMPACTION_JOB, CompactionJob.class);
      String id = job.getJobId();
      return Optional.of(
          new Job(
              partition,
              offset,
              UserId.parse(job.getUserId()),
              id.length() > MAX_ID ? id.substring(0, MAX_ID) : id));
    } catch (MalformedWireException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
