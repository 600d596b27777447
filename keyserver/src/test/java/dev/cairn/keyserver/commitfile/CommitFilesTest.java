package dev.cairn.keyserver.commitfile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.cairn.crypto.Bytes;
import dev.cairn.keyserver.error.IntegrityException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CommitFilesTest {
  private static final String FIRST_FILE = "commits-00000000000000000000.log";

  private final Random random = new Random(20261124);

  private Bytes record(int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return Bytes.wrap(bytes);
  }

  private List<Bytes> records(int count, int maxSize) {
    List<Bytes> records = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      records.add(record(1 + random.nextInt(maxSize)));
    }
    return records;
  }

  private static List<Bytes> readAll(CommitFiles files) throws IOException {
    List<Bytes> all = new ArrayList<>();
    for (long index = files.firstIndex(); index < files.nextIndex(); index++) {
      all.add(files.read(index));
    }
    return all;
  }

  @Test
  void keepsRecordsOnARealDisk(@TempDir Path directory) throws IOException {
    List<Bytes> records = records(50, 3000);
    try (CommitFiles files = CommitFiles.open(DiskCommitStorage.in(directory), 10_000)) {
      assertTrue(files.isEmpty());
      files.append(7, records.subList(0, 20));
      files.force();
      files.append(27, records.subList(20, 50));
      files.force();
      assertEquals(records, readAll(files));
    }
    try (CommitFiles files = CommitFiles.open(DiskCommitStorage.in(directory), 10_000)) {
      assertEquals(7, files.firstIndex());
      assertEquals(57, files.nextIndex());
      assertEquals(records, readAll(files));
      assertEquals(List.of(), files.cuts());
      assertThrows(IllegalArgumentException.class, () -> files.read(6));
      assertThrows(IllegalArgumentException.class, () -> files.read(57));
      assertThrows(IllegalArgumentException.class, () -> files.append(58, records));
    }
  }

  @Test
  void takesRecordsUpToTheirLimit() throws IOException {
    SimulatedStorage storage = new SimulatedStorage();
    Bytes largest = record(FrameFormat.MAX_RECORD);
    try (CommitFiles files = CommitFiles.open(storage)) {
      files.append(0, List.of(largest, record(1), largest));
      files.force();
      assertEquals(largest, files.read(2));
      assertThrows(
          IllegalArgumentException.class,
          () -> files.append(3, List.of(record(FrameFormat.MAX_RECORD + 1))));
      assertThrows(IllegalArgumentException.class, () -> files.append(3, List.of(Bytes.EMPTY)));
    }
    try (CommitFiles files = CommitFiles.open(storage)) {
      assertEquals(largest, files.read(0));
      assertEquals(largest, files.read(2));
    }
  }

  @Test
  void cutAtEveryByteKeepsExactlyTheWholeFrames() throws IOException {
    SimulatedStorage storage = new SimulatedStorage();
    List<Bytes> records = records(12, 60);
    List<Integer> ends = new ArrayList<>();
    try (CommitFiles files = CommitFiles.open(storage)) {
      for (int i = 0; i < records.size(); i++) {
        files.append(i, List.of(records.get(i))); // never forced: none was promised
        ends.add(storage.content(FIRST_FILE).length);
      }
    }
    byte[] whole = storage.content(FIRST_FILE);
    for (int length = 0; length <= whole.length; length++) {
      SimulatedStorage cut = storage.with(FIRST_FILE, Arrays.copyOf(whole, length));
      int expected = 0;
      while (expected < ends.size() && ends.get(expected) <= length) {
        expected++;
      }
      try (CommitFiles files = CommitFiles.open(cut)) {
        assertEquals(records.subList(0, expected), readAll(files), "cut at " + length);
        files.append(expected, List.of(record(5)));
        files.force();
      }
      try (CommitFiles files = CommitFiles.open(cut)) {
        assertEquals(expected + 1, readAll(files).size(), "cut at " + length);
        assertEquals(List.of(), files.cuts());
      }
    }
  }

  @Test
  void aFlippedBitIsNeverRead() throws IOException {
    SimulatedStorage storage = new SimulatedStorage();
    List<Bytes> records = records(10, 60);
    try (CommitFiles files = CommitFiles.open(storage)) {
      for (int i = 0; i < records.size(); i++) {
        files.append(i, List.of(records.get(i)));
        files.force();
      }
    }
    byte[] whole = storage.content(FIRST_FILE);
    int refused = 0;
    for (int bit = 0; bit < whole.length * 8; bit++) {
      byte[] flipped = whole.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      try (CommitFiles files = CommitFiles.open(storage.with(FIRST_FILE, flipped))) {
        List<Bytes> read = readAll(files);
        assertEquals(records.subList(0, read.size()), read, "bit " + bit);
        assertTrue(read.size() < records.size(), "bit " + bit);
      } catch (IntegrityException e) {
        refused++;
      }
    }
    // All but the last frame were known to be on disk when a later one was written, and that later
    // one is found unless
    // the length itself is hit.
    assertTrue(refused > whole.length * 8 / 2, refused + " of " + whole.length * 8);
  }

  @Test
  void aFlippedBitInTheBodyOfAForcedRecordIsDamageAndNotATornWrite() throws IOException {
    SimulatedStorage storage = new SimulatedStorage();
    try (CommitFiles files = CommitFiles.open(storage)) {
      for (int i = 0; i < 5; i++) {
        files.append(i, List.of(record(100)));
        files.force();
      }
    }
    byte[] whole = storage.content(FIRST_FILE);
    whole[FrameFormat.FILE_HEADER + FrameFormat.FRAME_HEADER + 50] ^= 1;
    IntegrityException e =
        assertThrows(
            IntegrityException.class, () -> CommitFiles.open(storage.with(FIRST_FILE, whole)));
    assertTrue(e.getMessage().contains("record 0"), e.getMessage());
  }

  @Test
  void powerLossNeverTakesWhatWasForced() throws IOException {
    for (int seed = 0; seed < 400; seed++) {
      Random chance = new Random(seed);
      SimulatedStorage storage = new SimulatedStorage();
      List<Bytes> written = new ArrayList<>();
      int forced = 0;
      try (CommitFiles files = CommitFiles.open(storage, 600)) {
        int steps = 1 + chance.nextInt(12);
        for (int step = 0; step < steps; step++) {
          List<Bytes> some = records(1 + chance.nextInt(4), 200);
          files.append(written.size(), some);
          written.addAll(some);
          if (chance.nextInt(3) > 0) {
            files.force();
            forced = written.size();
          }
        }
      }
      try (CommitFiles files = CommitFiles.open(storage.afterPowerLoss(chance), 600)) {
        List<Bytes> read = readAll(files);
        assertTrue(read.size() >= forced, "seed " + seed + ": " + read.size() + " of " + forced);
        assertEquals(written.subList(0, read.size()), read, "seed " + seed);
      }
    }
  }

  @Test
  void cutsAfterARecordAlsoOverSeveralFiles() throws IOException {
    for (int keep = -1; keep < 30; keep++) {
      SimulatedStorage storage = new SimulatedStorage();
      List<Bytes> records = records(30, 100);
      try (CommitFiles files = CommitFiles.open(storage, 300)) {
        files.append(0, records);
        files.force();
      }
      try (CommitFiles files = CommitFiles.open(storage, 300)) {
        files.cutAfter(keep);
        assertEquals(records.subList(0, keep + 1), readAll(files));
        List<Bytes> more = records(5, 100);
        files.append(keep + 1, more);
        files.force();
        for (int i = 0; i < more.size(); i++) {
          assertEquals(more.get(i), files.read(keep + 1 + i));
        }
      }
      try (CommitFiles files = CommitFiles.open(storage, 300)) {
        assertEquals(keep + 6, files.nextIndex());
        assertEquals(keep + 6, readAll(files).size());
      }
    }
  }

  @Test
  void removesOnlyFilesWhoseRecordsAllComeBefore() throws IOException {
    SimulatedStorage storage = new SimulatedStorage();
    List<Bytes> records = records(40, 100);
    try (CommitFiles files = CommitFiles.open(storage, 400)) {
      files.append(0, records);
      files.force();
      long total = files.totalBytes();
      assertEquals(
          total, files.bytesFrom(0) + (long) storage.list().size() * FrameFormat.FILE_HEADER);
      for (long index = 0; index <= 45; index++) {
        files.removeBefore(index);
        assertTrue(files.firstIndex() <= Math.min(index, 39));
        for (long i = Math.min(index, 39); i < 40; i++) {
          assertEquals(records.get((int) i), files.read(i));
        }
      }
      assertEquals(1, storage.list().size());
    }
    try (CommitFiles files = CommitFiles.open(storage, 400)) {
      assertEquals(40, files.nextIndex());
    }
  }

  @Test
  void aFullDiskLeavesWhatWasThere() throws IOException {
    SimulatedStorage storage = new SimulatedStorage();
    List<Bytes> records = records(6, 500);
    try (CommitFiles files = CommitFiles.open(storage, 2000)) {
      files.append(0, records.subList(0, 3));
      files.force();
      storage.hook((what, file) -> {
        if (what.equals("write")) {
          throw new IOException("No space left on device");
        }
      });
      assertThrows(IOException.class, () -> files.append(3, records.subList(3, 6)));
      storage.hook((what, file) -> {});
      files.cutAfter(2);
      files.append(3, records.subList(3, 6));
      files.force();
      assertEquals(records, readAll(files));
    }
    try (CommitFiles files = CommitFiles.open(storage, 2000)) {
      assertEquals(records, readAll(files));
    }
  }

  @Test
  void damageInAnOlderFileIsFoundWhenItIsRead() throws IOException {
    SimulatedStorage storage = new SimulatedStorage();
    try (CommitFiles files = CommitFiles.open(storage, 300)) {
      files.append(0, records(30, 100));
      files.force();
    }
    byte[] whole = storage.content(FIRST_FILE);
    whole[FrameFormat.FILE_HEADER + FrameFormat.FRAME_HEADER] ^= 1;
    try (CommitFiles files = CommitFiles.open(storage.with(FIRST_FILE, whole), 300)) {
      assertThrows(IntegrityException.class, () -> files.read(0));
    }
    try (CommitFiles files =
        CommitFiles.open(storage.with(FIRST_FILE, Arrays.copyOf(whole, whole.length - 1)), 300)) {
      assertThrows(IntegrityException.class, () -> readAll(files));
      return;
    }
  }

  @Test
  void forcesOnlyWhenThereIsSomethingToForce() throws IOException {
    SimulatedStorage storage = new SimulatedStorage();
    try (CommitFiles files = CommitFiles.open(storage)) {
      files.append(0, records(3, 10));
      files.force();
      int forces = storage.forces();
      files.force();
      assertEquals(forces, storage.forces());
    }
    if (storage.forces() < 1) {
      fail("nothing was forced");
    }
  }
}
