package dev.cairn.keyserver.recover;

import dev.cairn.crypto.BackupKey;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Elements;
import dev.cairn.crypto.KeyRing;
import dev.cairn.crypto.ObjectSlice;
import dev.cairn.crypto.SealedSlice;
import dev.cairn.crypto.SealingContext;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.crypto.StateAccumulator;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.ValueKind;
import dev.cairn.journal.record.Commit;
import dev.cairn.journal.record.CommitDraft;
import dev.cairn.journal.record.EpochOpened;
import dev.cairn.journal.snapshot.LiveEntry;
import dev.cairn.journal.snapshot.Manifest;
import dev.cairn.journal.snapshot.ManifestCodec;
import dev.cairn.journal.snapshot.SnapshotEntry;
import dev.cairn.journal.snapshot.SnapshotFormat;
import dev.cairn.journal.snapshot.SnapshotWriter;
import dev.cairn.keyserver.home.DurableFiles;
import dev.cairn.keyserver.home.Home;
import dev.cairn.keyserver.object.ObjectName;
import dev.cairn.keyserver.object.Value;
import dev.cairn.keyserver.service.SnapshotRef;
import dev.cairn.keyserver.setup.Registrations;
import dev.cairn.keyserver.state.StateStore;
import dev.cairn.schemas.names.SnapshotDirectory;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A program with a small heap: makes a large snapshot on disk, recovers it, and checks what is
 * there.
 */
final class LargeRecovery {
  private static final int NUMBER_BITS = 20;

  private LargeRecovery() {}

  /** Arguments: an empty directory, and how many objects. */
  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    int count = Integer.parseInt(arguments[1]);
    FakeProvider provider = new FakeProvider();
    Path old = directory.resolve("old");
    UserId userId = Registrations.register(provider, old);
    try (Home home = Home.open(old);
        BackupKey key = home.readBackupKey();
        KeyRing ring = key.deriveKeys(userId, 1)) {
      makeSnapshot(provider, ring, directory, count);
    }
    DurableFiles.removeTree(old);
    long begun = System.nanoTime();
    RecoveryReport report;
    try (SecretBytes password = Registrations.password(Registrations.PASSWORD)) {
      report =
          new Recovery(provider, provider, FakeProvider.POLICY, Clock.systemUTC())
              .recovered(
                  RecoverOptions.of(
                      directory.resolve("new"), Registrations.CONFIG, Registrations.USERNAME),
                  password,
                  ProgressListener.NONE);
    }
    double seconds = (System.nanoTime() - begun) / 1e9;
    check(report.objects() == count, report.objects() + " objects");
    try (StateStore store = StateStore.open(directory.resolve("new").resolve("store.db"), userId)) {
      for (int number = 0; number < count; number += Math.max(1, count / 100)) {
        Optional<Value> value = store.get(new ObjectName("c", "object " + number));
        check(
            value.isPresent() && value.get().content().equals(content(number)), "object " + number);
      }
    }
    System.out.printf(
        "recovered %d objects, %d bytes, in %.1f s with %d MiB of heap%n",
        count, report.snapshotBytes(), seconds, Runtime.getRuntime().maxMemory() >> 20);
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new IllegalStateException(what);
    }
  }

  private static Bytes content(int number) {
    return Bytes.utf8(
        "the value of object " + number + " " + Integer.toHexString(number * 31).repeat(8));
  }

  private static int number(long ordered) {
    return (int) (ordered & ((1 << NUMBER_BITS) - 1));
  }

  private static Bytes tag(KeyRing ring, long ordered) {
    return ring.tags().tag("c", "object " + number(ordered), 0);
  }

  private static void makeSnapshot(FakeProvider provider, KeyRing ring, Path directory, int count)
      throws IOException {
    UserId userId = ring.userId();
    long[] order = new long[count];
    for (int number = 0; number < count; number++) {
      Bytes tag = ring.tags().tag("c", "object " + number, 0);
      order[number] =
          (tag.asReadOnlyByteBuffer().getLong() >>> NUMBER_BITS << NUMBER_BITS) + Long.MIN_VALUE
              | number;
    }
    Arrays.sort(order);
    for (int i = 0; i + 1 < count; i++) { // Two tags in a million may begin alike.
      if (order[i] >>> NUMBER_BITS == order[i + 1] >>> NUMBER_BITS
          && tag(ring, order[i]).compareTo(tag(ring, order[i + 1])) > 0) {
        long swapped = order[i];
        order[i] = order[i + 1];
        order[i + 1] = swapped;
      }
    }
    StateAccumulator state = new StateAccumulator();
    EpochOpened genesis = (EpochOpened) provider.decode(0);
    // Files carry the record's head, which signs what they hold: seal first, write then.
    Path spool = directory.resolve("spool");
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(spool)))) {
      for (long each : order) {
        int number = number(each);
        Bytes content = content(number);
        SealedSlice sealed =
            ring.sealer()
                .seal(
                    new SealingContext(userId, 1, 1, 1),
                    new ObjectSlice(
                        ValueKind.BYTES, "c", "object " + number, 0, 1, content.size(), content));
        state.add(Elements.element(userId, 1, 1, 1, sealed.tag(), sealed.sealed()));
        out.write(sealed.tag().toByteArray());
        out.writeInt(sealed.sealed().size());
        out.write(sealed.sealed().toByteArray());
      }
    }
    Commit record =
        new CommitDraft(
                userId,
                1,
                1,
                1,
                genesis.head(),
                0,
                List.of(),
                0,
                List.of(),
                state.digest(),
                count,
                1L)
            .sign(ring.author());
    long position = provider.append(record) + 1;
    Path target = Files.createDirectory(directory.resolve("snapshot"));
    SnapshotWriter.Written written;
    try (DataInputStream in =
            new DataInputStream(new BufferedInputStream(Files.newInputStream(spool)));
        SnapshotWriter out = new SnapshotWriter(target, userId, record.head())) {
      for (int i = 0; i < count; i++) {
        Bytes tag = Bytes.wrap(in.readNBytes(32));
        Bytes sealed = Bytes.wrap(in.readNBytes(in.readInt()));
        out.add(
            new LiveEntry(
                new SnapshotEntry(tag, 1, 1, sealed),
                Elements.element(userId, 1, 1, 1, tag, sealed)));
      }
      written = out.finish();
    }
    Files.delete(spool);
    Manifest manifest =
        new Manifest(
            userId,
            1,
            new Manifest.AtRecord(record.signedHeader(), genesis.signedHeader()),
            written.accumulator(),
            written.segments(),
            written.indexes(),
            position);
    SnapshotRef ref = new SnapshotRef(1, SnapshotDirectory.of(1, 1, record.stateDigest().hex()));
    provider.snapshots.put(
        ref, Map.of(SnapshotFormat.MANIFEST_NAME, ManifestCodec.encode(manifest)));
    provider.directories.put(ref, target);
  }
}
