package dev.cairn.keyserver.commitfile;

import dev.cairn.crypto.Bytes;
import dev.cairn.keyserver.commitfile.CommitStorage.CommitStorageFile;
import dev.cairn.keyserver.error.IntegrityException;
import dev.cairn.keyserver.threading.Threading;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The records of this keyserver, exactly as they are published, by index: write-ahead log and
 * outbox in one. Spread over files of bounded size, so that old ones can go.
 *
 * <p>One thread appends, forces and cuts; any thread reads what was appended. An exception from
 * {@link #append} leaves open what was written: {@link #cutAfter} makes it definite. After an
 * exception from {@link #force} nothing is known about the disk, and the files must be closed.
 */
public final class CommitFiles implements AutoCloseable {
  /** A file is followed by the next one when it reaches this many bytes. */
  public static final long DEFAULT_FILE_BYTES = 64L * 1024 * 1024;

  private static final Pattern NAME = Pattern.compile("commits-(\\d{20})\\.log");
  private static final int BUFFER = 2 * (FrameFormat.MAX_RECORD + FrameFormat.FRAME_HEADER);

  private final CommitStorage storage;
  private final long fileBytes;
  private final ReentrantLock lock;
  private final TreeMap<Long, CommitFile> files = new TreeMap<>();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
  private long nextIndex;
  private long durableBefore;
  private boolean unforced;
  private final List<String> cuts = new ArrayList<>();

  /** One file and where its frames begin, as far as that is known. */
  private static final class CommitFile {
    final String name;
    final long firstIndex;
    final CommitStorageFile file;
    long[] positions = new long[64];
    int known;
    long end = FrameFormat.FILE_HEADER;

    CommitFile(String name, long firstIndex, CommitStorageFile file) {
      this.name = name;
      this.firstIndex = firstIndex;
      this.file = file;
    }

    void add(long position, long frameEnd) {
      if (known == positions.length) {
        positions = Arrays.copyOf(positions, known * 2);
      }
      positions[known++] = position;
      end = frameEnd;
    }

    void keep(int count) {
      if (count < known) {
        end = positions[count];
        known = count;
      }
    }
  }

  private CommitFiles(CommitStorage storage, long fileBytes, ReentrantLock lock) {
    this.lock = lock;
    this.storage = storage;
    this.fileBytes = fileBytes;
  }

  /** Opens the files, or none yet, and cuts what a crash tore off the end. */
  public static CommitFiles open(CommitStorage storage) throws IOException {
    return open(storage, DEFAULT_FILE_BYTES);
  }

  /**
   * As {@link #open(CommitStorage)}, with a bound for the size of a file.
   *
   * @throws IntegrityException if a record is damaged that is known to have been on disk
   */
  public static CommitFiles open(CommitStorage storage, long fileBytes) throws IOException {
    return open(storage, fileBytes, Threading.PLATFORM);
  }

  /** As {@link #open(CommitStorage, long)}, beside the threads of {@code threading}. */
  public static CommitFiles open(CommitStorage storage, long fileBytes, Threading threading)
      throws IOException {
    CommitFiles opened = new CommitFiles(storage, fileBytes, threading.newLock());
    boolean done = false;
    try {
      opened.load();
      done = true;
      return opened;
    } finally {
      if (!done) {
        opened.close();
      }
    }
  }

  private static String name(long firstIndex) {
    return String.format(Locale.ROOT, "commits-%020d.log", firstIndex);
  }

  private void load() throws IOException {
    for (String name : storage.list()) {
      Matcher matcher = NAME.matcher(name);
      if (matcher.matches()) {
        long firstIndex = Long.parseLong(matcher.group(1));
        files.put(firstIndex, new CommitFile(name, firstIndex, storage.open(name)));
      }
    }
    while (!files.isEmpty()) {
      CommitFile last = files.lastEntry().getValue();
      if (scan(last)) {
        last.file.force(); // a killed process may have left what only the page cache holds
        nextIndex = last.firstIndex + last.known;
        durableBefore = nextIndex;
        break;
      }
      // A crash while the file was being made: nothing was ever in it.
      cuts.add("the unfinished file " + last.name);
      remove(last);
    }
  }

  /** Finds all frames of the last file; false if not even its header is whole. */
  private boolean scan(CommitFile last) throws IOException {
    long size = last.file.size();
    ByteBuffer header = ByteBuffer.allocate(FrameFormat.FILE_HEADER);
    last.file.read(header, 0);
    if (!FrameFormat.isFileHeader(header.flip(), last.firstIndex)) {
      if (size > FrameFormat.FILE_HEADER) {
        throw damaged(last, "its header");
      }
      return false;
    }
    long at = FrameFormat.FILE_HEADER;
    while (at < size) {
      fill(last, at, size);
      int from = 0;
      Optional<FrameFormat.Frame> frame = FrameFormat.frameAt(buffer, from);
      while (frame.isPresent()) {
        last.add(at + from, at + frame.get().end());
        from = frame.get().end();
        frame = FrameFormat.frameAt(buffer, from);
      }
      if (from == 0) {
        cutTorn(last, size);
        break;
      }
      at += from;
    }
    return true;
  }

  private void fill(CommitFile file, long at, long size) throws IOException {
    buffer.clear().limit((int) Math.min(buffer.capacity(), size - at));
    file.file.read(buffer, at);
    buffer.flip();
  }

  /**
   * The frame at the end of what is known is not whole. If a later one says that it was on disk, it
   * is damage; otherwise it was never promised to anybody.
   */
  private void cutTorn(CommitFile last, long size) throws IOException {
    long bad = last.firstIndex + last.known;
    long at = last.end;
    while (size - at >= FrameFormat.FRAME_HEADER) {
      fill(last, at, size);
      Optional<FrameFormat.Frame> frame = FrameFormat.frameAt(buffer, 0);
      if (frame.isPresent() && frame.get().durableBefore() > bad) {
        throw damaged(last, "record " + bad);
      }
      int length = buffer.getInt(0);
      if (length < 1 || length > FrameFormat.MAX_RECORD) {
        break;
      }
      at += FrameFormat.FRAME_HEADER + length;
    }
    cuts.add((size - last.end) + " bytes of an unfinished write after record " + (bad - 1));
    last.file.truncate(last.end);
    last.file.force();
  }

  private static IntegrityException damaged(CommitFile file, String what) {
    return new IntegrityException(
        "The commit file "
            + file.name
            + " is damaged: "
            + what
            + " was on disk and is not whole any more. What is backed up is safe: recover into a"
            + " new home, and look after this disk");
  }

  /** What opening cut off, in words; empty after an orderly end. */
  public List<String> cuts() {
    return List.copyOf(cuts);
  }

  /** Whether there is no record at all. */
  public boolean isEmpty() {
    lock.lock();
    try {
      return files.isEmpty() || files.firstKey() == nextIndex;
    } finally {
      lock.unlock();
    }
  }

  /** Index of the oldest record that is still here; that of the next one if there is none. */
  public long firstIndex() {
    lock.lock();
    try {
      return files.isEmpty() ? nextIndex : files.firstKey();
    } finally {
      lock.unlock();
    }
  }

  /** Index of the record that comes next; 0 if there never was one. */
  public long nextIndex() {
    lock.lock();
    try {
      return nextIndex;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Appends records; they are durable after {@link #force}.
   *
   * @param firstIndex that of the first of them: the next one, unless there are none yet
   */
  public void append(long firstIndex, List<Bytes> records) throws IOException {
    lock.lock();
    try {
      if (!files.isEmpty() && firstIndex != nextIndex) {
        throw new IllegalArgumentException(
            "Record " + nextIndex + " comes next, not " + firstIndex);
      }
      long index = firstIndex;
      CommitFile file = fileFor(index);
      long at = file.end;
      List<Long> positions = new ArrayList<>();
      buffer.clear();
      for (Bytes record : records) {
        int length = record.size();
        if (length < 1 || length > FrameFormat.MAX_RECORD) {
          throw new IllegalArgumentException("A record of " + length + " bytes cannot be kept");
        }
        if (buffer.remaining() < FrameFormat.FRAME_HEADER + length) {
          at = flush(file, at, positions);
        }
        if (at + buffer.position() >= fileBytes) {
          flush(file, at, positions);
          nextIndex = index;
          file = fileFor(index);
          at = file.end;
        }
        positions.add(at + buffer.position());
        FrameFormat.putFrame(buffer, durableBefore, record.asReadOnlyByteBuffer());
        index++;
      }
      flush(file, at, positions);
      nextIndex = index;
    } finally {
      lock.unlock();
    }
  }

  private long flush(CommitFile file, long at, List<Long> positions) throws IOException {
    long end = at + buffer.position();
    if (!positions.isEmpty()) {
      unforced = true;
      file.file.write(buffer.flip(), at);
      for (int i = 0; i < positions.size(); i++) {
        file.add(positions.get(i), i + 1 < positions.size() ? positions.get(i + 1) : end);
      }
      positions.clear();
    }
    buffer.clear();
    return end;
  }

  private CommitFile fileFor(long index) throws IOException {
    @Nullable CommitFile last = files.isEmpty() ? null : files.lastEntry().getValue();
    if (last != null && last.end < fileBytes) {
      return last;
    }
    if (last != null && unforced) {
      last.file.force(); // so that only the last file can be torn
    }
    String name = name(index);
    CommitStorageFile file = storage.create(name);
    boolean done = false;
    try {
      file.write(FrameFormat.fileHeader(index), 0);
      file.force();
      CommitFile created = new CommitFile(name, index, file);
      files.put(index, created);
      done = true;
      return created;
    } finally {
      if (!done) {
        file.close();
        storage.delete(name);
      }
    }
  }

  /**
   * Returns when everything appended survives a loss of power. Readers are not held up meanwhile.
   */
  public void force() throws IOException {
    @Nullable CommitStorageFile file = null;
    long before;
    lock.lock();
    try {
      before = nextIndex;
      if (unforced && !files.isEmpty()) {
        file = files.lastEntry().getValue().file;
      }
    } finally {
      lock.unlock();
    }
    if (file != null) {
      file.force();
    }
    lock.lock();
    try {
      unforced = false;
      durableBefore = before;
    } finally {
      lock.unlock();
    }
  }

  /** Cuts every record after that one; the cut is durable on return. */
  public void cutAfter(long lastKept) throws IOException {
    lock.lock();
    try {
      while (!files.isEmpty()) {
        CommitFile last = files.lastEntry().getValue();
        if (last.firstIndex <= lastKept + 1) {
          locate(last);
          last.keep((int) Math.min(last.known, lastKept + 1 - last.firstIndex));
          last.file.truncate(last.end);
          last.file.force();
          break;
        }
        remove(last);
        nextIndex = last.firstIndex;
      }
      nextIndex = Math.min(nextIndex, lastKept + 1);
      durableBefore = nextIndex;
      unforced = false;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Reads one record.
   *
   * @throws IllegalArgumentException if it is not here (any more)
   * @throws IntegrityException if it is damaged
   */
  public Bytes read(long index) throws IOException {
    CommitFile file;
    long position;
    long end;
    lock.lock();
    try {
      var entry = files.floorEntry(index);
      if (entry == null || index >= nextIndex) {
        throw new IllegalArgumentException("Record " + index + " is not in the commit files");
      }
      file = entry.getValue();
      locate(file);
      int nth = (int) (index - file.firstIndex);
      if (nth >= file.known) {
        throw damaged(file, "record " + index);
      }
      position = file.positions[nth];
      end = nth + 1 < file.known ? file.positions[nth + 1] : file.end;
      ByteBuffer frame = ByteBuffer.allocate((int) (end - position));
      file.file.read(frame, position);
      frame.flip();
      if (FrameFormat.frameAt(frame, 0).isEmpty()) {
        throw damaged(file, "record " + index);
      }
      return Bytes.copyOf(frame.position(FrameFormat.FRAME_HEADER));
    } finally {
      lock.unlock();
    }
  }

  /** Finds the frames of a file that was not scanned when it was opened. */
  private void locate(CommitFile file) throws IOException {
    if (file.known > 0 || file.firstIndex == nextIndex) {
      return;
    }
    Long following = files.higherKey(file.firstIndex);
    long count = (following == null ? nextIndex : following) - file.firstIndex;
    long size = file.file.size();
    ByteBuffer header = ByteBuffer.allocate(FrameFormat.FILE_HEADER);
    file.file.read(header, 0);
    if (!FrameFormat.isFileHeader(header.flip(), file.firstIndex)) {
      throw damaged(file, "its header");
    }
    long at = FrameFormat.FILE_HEADER;
    ByteBuffer lengthOfFrame = ByteBuffer.allocate(4);
    for (long i = 0; i < count; i++) {
      file.file.read(lengthOfFrame.clear(), at);
      int length = lengthOfFrame.position() < 4 ? 0 : lengthOfFrame.getInt(0);
      long end = at + FrameFormat.FRAME_HEADER + length;
      if (length < 1 || length > FrameFormat.MAX_RECORD || end > size) {
        throw damaged(file, "record " + (file.firstIndex + i));
      }
      file.add(at, end);
      at = end;
    }
  }

  /** Bytes that the records from that one on take on disk. */
  public long bytesFrom(long index) throws IOException {
    lock.lock();
    try {
      long bytes = 0;
      for (CommitFile file : files.descendingMap().values()) {
        if (file.firstIndex >= index) {
          bytes += Math.max(0, file.file.size() - FrameFormat.FILE_HEADER);
        } else {
          locate(file);
          int nth = (int) Math.min(file.known, index - file.firstIndex);
          bytes += file.end - (nth < file.known ? file.positions[nth] : file.end);
          break;
        }
      }
      return bytes;
    } finally {
      lock.unlock();
    }
  }

  /** Bytes of all files. */
  public long totalBytes() throws IOException {
    lock.lock();
    try {
      long bytes = 0;
      for (CommitFile file : files.values()) {
        bytes += file.file.size();
      }
      return bytes;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Removes the oldest files as long as all their records come before that one. The last file
   * stays.
   *
   * @return how many were removed
   */
  public int removeBefore(long index) throws IOException {
    return removeBefore(index, 0);
  }

  /**
   * As {@link #removeBefore(long)}, but only as long as all files together exceed so many bytes.
   *
   * @return how many were removed
   */
  public int removeBefore(long index, long exceedingBytes) throws IOException {
    lock.lock();
    try {
      int removed = 0;
      while (files.size() > 1 && totalBytes() > exceedingBytes) {
        CommitFile first = files.firstEntry().getValue();
        if (files.higherKey(first.firstIndex) > index) {
          break;
        }
        remove(first);
        removed++;
      }
      return removed;
    } finally {
      lock.unlock();
    }
  }

  private void remove(CommitFile file) throws IOException {
    files.remove(file.firstIndex);
    file.file.close();
    storage.delete(file.name);
  }

  /** Closes the files; what was not forced may be lost. */
  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      for (CommitFile file : files.values()) {
        file.file.close();
      }
      files.clear();
    } finally {
      lock.unlock();
    }
  }
}
