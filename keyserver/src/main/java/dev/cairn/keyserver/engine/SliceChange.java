package dev.cairn.keyserver.engine;

import dev.cairn.crypto.Bytes;
import dev.cairn.keyserver.state.StateWriter;
import dev.cairn.keyserver.state.StoredSlice;

/** What happens to one tag. */
sealed interface SliceChange {
  /** Does it, as a part of that record. */
  void applyTo(StateWriter writer, long index);

  /** A tag that was not there. */
  record Insert(StoredSlice slice) implements SliceChange {
    @Override
    public void applyTo(StateWriter writer, long index) {
      writer.insert(slice);
    }
  }

  /** A tag that was there. */
  record Replace(StoredSlice slice) implements SliceChange {
    @Override
    public void applyTo(StateWriter writer, long index) {
      writer.replace(slice);
    }
  }

  /** A tag that goes. */
  record Remove(Bytes tag) implements SliceChange {
    @Override
    public void applyTo(StateWriter writer, long index) {
      writer.remove(tag, index);
    }
  }
}
