package dev.cairn.compactor.track;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.crypto.Bytes;
import dev.cairn.provider.config.CompactionPolicy;
import dev.cairn.schemas.avro.CompactionJob;
import dev.cairn.schemas.avro.SnapshotEvent;
import dev.cairn.schemas.names.Topics;
import dev.cairn.schemas.wire.RecordType;
import dev.cairn.schemas.wire.SchemaIds;
import dev.cairn.schemas.wire.WireFormat;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TrackerTopologyTest {
  private static final String CELL = "c7";
  private static final String USER = "abcdefghijklmnopqrstuvwxyz";
  private static final String OTHER = "zbcdefghijklmnopqrstuvwxyz";
  private static final CompactionPolicy POLICY =
      new CompactionPolicy(10_000, 0.25, 50, Duration.ofHours(24));
  private static final WireFormat WIRE = new WireFormat(SchemaIds.builtIn());

  private TopologyTestDriver driver = driver();
  private TestInputTopic<byte[], byte[]> log = input(Topics.log(CELL, USER));
  private TestInputTopic<byte[], byte[]> otherLog = input(Topics.log(CELL, OTHER));
  private TestInputTopic<byte[], byte[]> events = input(Topics.snapshots(CELL));
  private TestOutputTopic<byte[], byte[]> jobs = output();

  @BeforeEach
  void start() {
    driver.close();
    driver = driver();
    log = input(Topics.log(CELL, USER));
    otherLog = input(Topics.log(CELL, OTHER));
    events = input(Topics.snapshots(CELL));
    jobs = output();
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  @Test
  void bytesCallForACompactionOfThatUserOnly() throws Exception {
    append(log, 9, 1_000);
    append(otherLog, 3, 1_000);
    assertEquals(List.of(), jobs());
    append(log, 1, 1_000);
    List<CompactionJob> jobs = jobs();
    assertEquals(1, jobs.size());
    assertEquals(USER, jobs.getFirst().getUserId());
    assertEquals("policy", jobs.getFirst().getReason());
    append(log, 20, 1_000);
    assertEquals(List.of(), jobs(), "asked already");
  }

  @Test
  void aLargeSnapshotWaitsForItsShare() throws Exception {
    append(log, 10, 1_000);
    assertEquals(1, jobs().size());
    answer("PUBLISHED", 10, 400_000);
    append(log, 49, 2_000);
    assertEquals(List.of(), jobs(), "98,000 of 100,000 bytes");
    append(log, 1, 2_000);
    assertEquals(1, jobs().size());
  }

  @Test
  void recordsCallForACompaction() throws Exception {
    append(log, 49, 1);
    assertEquals(List.of(), jobs());
    append(log, 1, 1);
    assertEquals(1, jobs().size());
  }

  @Test
  void ageCallsForACompactionAlsoOfAUserWhoIsIdle() throws Exception {
    append(log, 1, 1);
    driver.advanceWallClockTime(Duration.ofHours(23));
    assertEquals(List.of(), jobs());
    driver.advanceWallClockTime(Duration.ofHours(1));
    assertEquals(1, jobs().size());
    answer("PUBLISHED", 1, 10);
    driver.advanceWallClockTime(Duration.ofDays(2));
    assertEquals(List.of(), jobs(), "nothing is uncompacted");
  }

  @Test
  void unansweredIsAskedAgainWithGrowingDelays() throws Exception {
    append(log, 10, 1_000);
    assertEquals(1, jobs().size());
    List<Long> delays = new ArrayList<>();
    long waited = 0;
    while (delays.size() < 10) {
      driver.advanceWallClockTime(Duration.ofSeconds(5));
      waited += 5;
      if (!jobs().isEmpty()) {
        delays.add(waited);
        waited = 0;
      }
    }
    assertEquals(List.of(30L, 60L, 120L, 240L, 480L, 960L, 1920L, 3600L, 3600L, 3600L), delays);
  }

  @Test
  void anAnswerThatDidNotHelpIsFollowedByAnotherTry() throws Exception {
    for (String kind : List.of("DAMAGED", "FAILED", "QUARANTINED")) {
      start();
      append(log, 10, 1_000);
      assertEquals(1, jobs().size());
      answer(kind, 0, 0);
      append(log, 5, 1_000);
      driver.advanceWallClockTime(Duration.ofSeconds(55));
      assertEquals(List.of(), jobs(), kind);
      driver.advanceWallClockTime(
          kind.equals("QUARANTINED") ? Duration.ofHours(1) : Duration.ofSeconds(10));
      assertEquals(1, jobs().size(), kind);
      answer("PUBLISHED", 15, 10);
      driver.advanceWallClockTime(Duration.ofHours(2));
      assertEquals(List.of(), jobs(), kind);
    }
  }

  @Test
  void theSummarySaysHowAllUsersStand() throws Exception {
    append(log, 10, 1_000);
    driver.advanceWallClockTime(Duration.ofSeconds(6));
    assertEquals(1, summary.users());
    assertEquals(10, summary.records());
    assertEquals(10_000, summary.bytes());
    assertEquals(10_000, summary.worstBytes());
    assertTrue(summary.oldest().isPresent());
    answer("QUARANTINED", 0, 0);
    driver.advanceWallClockTime(Duration.ofSeconds(6));
    assertEquals(1, summary.quarantined());
    answer("DAMAGED", 0, 0);
    driver.advanceWallClockTime(Duration.ofSeconds(6));
    assertEquals(0, summary.quarantined());
    assertEquals(1, summary.damaged());
    answer("FAILED", 0, 0);
    driver.advanceWallClockTime(Duration.ofSeconds(6));
    assertEquals(1, summary.failing());
    answer("PUBLISHED", 10, 10);
    driver.advanceWallClockTime(Duration.ofSeconds(6));
    assertEquals(
        new TrackSummary(1, 0, 0, 0, Optional.empty(), 0, 0, 0), summary, "all is compacted");
    driver.close();
    TrackSummary closed = summary;
    driver = driver();
    assertEquals(TrackSummary.NOTHING, closed, "nobody counts what is not ours any more");
  }

  @Test
  void whatCameWhileACompactionRanStillCounts() throws Exception {
    append(log, 60, 1);
    assertEquals(1, jobs().size());
    answer("PUBLISHED", 20, 10);
    assertEquals(List.of(), jobs(), "40 are left");
    append(log, 10, 1);
    assertEquals(1, jobs().size());
  }

  @Test
  void whatHasNoEffectIsNotAskedForAgain() throws Exception {
    append(log, 60, 1);
    assertEquals(1, jobs().size());
    answer("UNCHANGED", 5, 10);
    driver.advanceWallClockTime(Duration.ofHours(23));
    assertEquals(List.of(), jobs());
  }

  @Test
  void anOlderAnswerThatComesLateChangesNothing() throws Exception {
    append(log, 50, 1);
    assertEquals(1, jobs().size());
    answer("PUBLISHED", 50, 10);
    append(log, 49, 1);
    answer("PUBLISHED", 20, 10);
    assertEquals(List.of(), jobs());
    append(log, 1, 1);
    assertEquals(1, jobs().size());
  }

  @Test
  void recordsThatComeTwiceCountOnce() {
    Instant now = Instant.now();
    UserTrack track = UserTrack.UNKNOWN;
    for (long offset : new long[] {0, 1, 2, 1, 2, 3}) {
      track = track.appended(offset, 10, now);
    }
    assertEquals(4, track.records());
    assertEquals(40, track.bytes());
    assertEquals(track, track.published(0, 0, now).published(-1, 5, now).appended(0, 5, now));
  }

  @Test
  void aTrackIsStoredAsItIs() {
    UserTrack track =
        UserTrack.UNKNOWN
            .appended(5, 10, Instant.ofEpochMilli(77))
            .published(3, 99, Instant.ofEpochMilli(80))
            .asked(Instant.ofEpochMilli(90));
    assertEquals(track, UserTrack.fromBytes(track.toBytes()));
    assertEquals(UserTrack.UNKNOWN, UserTrack.fromBytes(Bytes.utf8("something else")));
  }

  @Test
  void garbageInAnyTopicStopsNothing() throws Exception {
    events.pipeInput(new byte[] {1, 2, 3}, new byte[] {4, 5});
    events.pipeInput(new byte[0], new byte[0]);
    answer("A_KIND_OF_THE_FUTURE", 1, 1);
    append(log, 50, 1);
    assertEquals(1, jobs().size());
  }

  @Test
  void thereIsOneSubTopologyWithTheSnapshotsTopicAsASource() {
    String described =
        TrackerTopology.build(CELL, POLICY, WIRE, Duration.ofSeconds(5), summary -> {})
            .describe()
            .toString();
    assertTrue(described.contains("Sub-topology: 0"), described);
    assertTrue(!described.contains("Sub-topology: 1"), described);
    assertTrue(described.contains(Topics.snapshots(CELL)), described);
  }

  private TrackSummary summary = TrackSummary.NOTHING;

  private TopologyTestDriver driver() {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, Topics.trackerApplication(CELL));
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "localhost:1");
    return new TopologyTestDriver(
        TrackerTopology.build(CELL, POLICY, WIRE, Duration.ofSeconds(5), it -> summary = it),
        properties,
        Instant.parse("2026-01-01T00:00:00Z"));
  }

  private TestInputTopic<byte[], byte[]> input(String topic) {
    return driver.createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private TestOutputTopic<byte[], byte[]> output() {
    return driver.createOutputTopic(
        Topics.jobs(CELL), new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private static void append(TestInputTopic<byte[], byte[]> topic, int records, int size) {
    for (int i = 0; i < records; i++) {
      topic.pipeInput(new byte[0], new byte[size]);
    }
  }

  private void answer(String kind, long position, long bytes) {
    events.pipeInput(
        Bytes.utf8(USER).toByteArray(),
        WIRE.encode(
            SnapshotEvent.newBuilder()
                .setUserId(USER)
                .setJobId("job")
                .setKind(kind)
                .setKeyVersion(1)
                .setEpoch(1)
                .setIndex(1)
                .setSequence(1)
                .setEntries(1)
                .setBytes(bytes)
                .setPosition(position)
                .setTime(0)
                .setDetail("")
                .build()));
  }

  private List<CompactionJob> jobs() throws Exception {
    List<CompactionJob> read = new ArrayList<>();
    while (!jobs.isEmpty()) {
      read.add(WIRE.decode(jobs.readValue(), RecordType.COMPACTION_JOB, CompactionJob.class));
    }
    return read;
  }
}
