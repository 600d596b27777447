package dev.cairn.recovery.http;

import dev.cairn.crypto.Bytes;
import dev.cairn.journal.record.EpochDraft;
import dev.cairn.journal.record.RecordCodec;
import dev.cairn.provider.store.InMemoryObjectStore;
import dev.cairn.recovery.accounts.InMemoryTopic;
import dev.cairn.schemas.names.ObjectKeys;
import dev.cairn.schemas.names.SnapshotDirectory;
import java.nio.file.Path;
import java.util.Properties;

/** Everything that instances share, and ways to fill it. */
final class Fixture {
  static final String PASSWORD = "correct horse battery staple walnut";
  static final String DIRECTORY = "00000000000000000001-00000000000000000007-0123456789abcdef";
  static final String OLDER = "00000000000000000001-00000000000000000003-fedcba9876543210";
  static final String SEGMENT = "segment-00000-0123456789abcdef.avro";

  final MutableClock clock = new MutableClock();
  final InMemoryTopic topic = new InMemoryTopic(clock::millis);
  final InMemoryObjectStore store = new InMemoryObjectStore();
  final FakeLogs logs = new FakeLogs();
  final FakeBroker broker = new FakeBroker();
  private final Path secrets;

  Fixture(Path directory) {
    this.secrets = directory.resolve("secrets");
  }

  Instance start() throws Exception {
    return start(new Properties());
  }

  /** An instance that is configured in another way. */
  Instance start(Properties overrides) throws Exception {
    return new Instance(secrets, topic, store, logs, broker, clock, overrides);
  }

  void writeGenesis(Caller.Owner owner) {
    logs.append(
        owner.userId(),
        RecordCodec.withBuiltInSchemas()
            .encode(
                EpochDraft.genesis(owner.userId(), owner.author().publicKey(), clock.millis())
                    .sign(owner.author())));
  }

  void writeSnapshot(Caller.Owner owner, String directory, Bytes segment) {
    SnapshotDirectory parsed = SnapshotDirectory.parse(directory).orElseThrow();
    String user = owner.userId().value();
    store.put(ObjectKeys.snapshotFile(user, 1, parsed, SEGMENT), segment);
    store.put(
        ObjectKeys.snapshotFile(user, 1, parsed, ObjectKeys.MANIFEST), Bytes.utf8("manifest"));
  }
}
