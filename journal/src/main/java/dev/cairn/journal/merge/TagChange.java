package dev.cairn.journal.merge;

import dev.cairn.crypto.Bytes;
import dev.cairn.journal.record.NumberedOperation;
import dev.cairn.journal.record.RecordLimits;
import dev.cairn.journal.snapshot.LiveEntry;
import dev.cairn.journal.snapshot.SnapshotEntry;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Optional;

/**
 * What a stretch of the log does to one tag: one operation, or several that follow one another.
 *
 * @param index of the record of the first of them
 * @param expected element that the first of them found; absent if the tag was not there
 * @param result what the last of them leaves; absent if it deletes
 */
record TagChange(Bytes tag, long index, Optional<Bytes> expected, Optional<LiveEntry> result)
    implements Comparable<TagChange> {
  private static final int OVERHEAD_BYTES = 400;

  static TagChange of(long epoch, long index, NumberedOperation numbered) {
    Bytes tag = numbered.operation().tag();
    return new TagChange(
        tag,
        index,
        numbered.operation().replaces(),
        numbered
            .operation()
            .sealed()
            .map(sealed ->
                new LiveEntry(
                    new SnapshotEntry(tag, epoch, numbered.sequence(), sealed),
                    numbered.element().orElseThrow())));
  }

  /** Both, one after the other. */
  TagChange then(TagChange next) throws MergeMismatchException {
    next.requireFound(result.map(LiveEntry::element));
    return new TagChange(tag, index, expected, next.result);
  }

  /** Checks that what the first operation names as replaced is what is there. */
  void requireFound(Optional<Bytes> current) throws MergeMismatchException {
    if (!expected.equals(current)) {
      throw new MergeMismatchException(
          new MergeMismatch(
              MergeMismatch.Kind.REPLACES,
              index,
              "tag "
                  + tag.hex()
                  + " holds "
                  + current.map(Bytes::hex).orElse("nothing")
                  + ", the operation names "
                  + expected.map(Bytes::hex).orElse("nothing")));
    }
  }

  /** About how much memory this takes. */
  long memory() {
    return OVERHEAD_BYTES + result.map(live -> (long) live.entry().sealed().size()).orElse(0L);
  }

  @Override
  public int compareTo(TagChange other) {
    return tag.compareTo(other.tag);
  }

  void write(DataOutputStream out) throws IOException {
    write(out, tag);
    out.writeLong(index);
    out.writeByte((expected.isPresent() ? 1 : 0) | (result.isPresent() ? 2 : 0));
    if (expected.isPresent()) {
      write(out, expected.get());
    }
    if (result.isPresent()) {
      SnapshotEntry entry = result.get().entry();
      out.writeLong(entry.epoch());
      out.writeLong(entry.sequence());
      write(out, result.get().element());
      out.writeInt(entry.sealed().size());
      write(out, entry.sealed());
    }
  }

  static TagChange read(DataInputStream in) throws IOException {
    Bytes tag = read(in, RecordLimits.DIGEST_BYTES);
    long index = in.readLong();
    int flags = in.readUnsignedByte();
    Optional<Bytes> expected =
        (flags & 1) != 0 ? Optional.of(read(in, RecordLimits.DIGEST_BYTES)) : Optional.empty();
    if ((flags & 2) == 0) {
      return new TagChange(tag, index, expected, Optional.empty());
    }
    long epoch = in.readLong();
    long sequence = in.readLong();
    Bytes element = read(in, RecordLimits.DIGEST_BYTES);
    int length = in.readInt();
    if (length < 0 || length > RecordLimits.MAX_RECORD_BYTES) {
      throw new IOException("A spill file was changed while it was in use");
    }
    Bytes sealed = read(in, length);
    return new TagChange(
        tag,
        index,
        expected,
        Optional.of(new LiveEntry(new SnapshotEntry(tag, epoch, sequence, sealed), element)));
  }

  private static void write(DataOutputStream out, Bytes bytes) throws IOException {
    out.write(bytes.toByteArray());
  }

  private static Bytes read(DataInputStream in, int length) throws IOException {
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return Bytes.wrap(bytes);
  }
}
