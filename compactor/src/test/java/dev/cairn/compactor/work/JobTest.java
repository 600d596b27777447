package dev.cairn.compactor.work;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.schemas.avro.CompactionJob;
import dev.cairn.schemas.wire.SchemaIds;
import dev.cairn.schemas.wire.WireFormat;
import java.util.Random;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class JobTest {
  private static final TopicPartition PARTITION = new TopicPartition("cairn.jobs.c0", 0);
  private final WireFormat wire = new WireFormat(SchemaIds.builtIn());

  @Test
  void whatIsNoJobIsPassedOver() {
    Random random = new Random(1);
    assertTrue(Job.read(wire, PARTITION, 0, null).isEmpty());
    for (int i = 0; i < 2_000; i++) {
      byte[] noise = job("abcdefghijklmnopqrstuvwxyz");
      noise[random.nextInt(noise.length)] ^= (byte) (1 << random.nextInt(8));
      Job.read(wire, PARTITION, 0, noise)
          .ifPresent(job -> assertEquals(26, job.userId().value().length()));
      byte[] garbage = new byte[random.nextInt(60)];
      random.nextBytes(garbage);
      assertTrue(Job.read(wire, PARTITION, 0, garbage).isEmpty());
    }
    assertTrue(Job.read(wire, PARTITION, 0, job("../../accounts")).isEmpty());
    assertEquals(
        "id",
        Job.read(wire, PARTITION, 0, job("abcdefghijklmnopqrstuvwxyz")).orElseThrow().jobId());
  }

  private byte[] job(String userId) {
    return wire.encode(
        CompactionJob.newBuilder()
            .setUserId(userId)
            .setJobId("id")
            .setReason("owner")
            .setRequestedAt(1)
            .build());
  }
}
