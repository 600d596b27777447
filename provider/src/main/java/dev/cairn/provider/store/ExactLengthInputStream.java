package dev.cairn.provider.store;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Ends after exactly the promised number of bytes, or throws: a broken body never looks whole. */
final class ExactLengthInputStream extends FilterInputStream {
  private final String key;
  private long remaining;

  ExactLengthInputStream(InputStream in, String key, long length) {
    super(in);
    this.key = key;
    this.remaining = length;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (remaining == 0) {
      return -1;
    }
    int count;
    try {
      count = in.read(buffer, offset, (int) Math.min(length, remaining));
    } catch (IOException e) {
      throw brokenOff(e);
    }
    if (count < 0) {
      throw brokenOff(new EOFException(remaining + " bytes short"));
    }
    remaining -= count;
    return count;
  }

  @Override
  public long skip(long count) throws IOException {
    byte[] scratch = new byte[(int) Math.min(8192, Math.max(0, count))];
    int skipped = read(scratch, 0, scratch.length);
    return Math.max(0, skipped);
  }

  @Override
  public int available() {
    return 0;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  private StoreUnavailableException brokenOff(IOException cause) {
    return StoreUnavailableException.passing("reading " + key + " broke off", cause);
  }
}
