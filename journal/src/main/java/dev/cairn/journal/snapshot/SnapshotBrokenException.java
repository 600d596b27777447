package dev.cairn.journal.snapshot;

/**
 * A file of a snapshot is not what its owner's signature vouches for: cut, changed, out of order,
 * another user's. The snapshot must not be used; an older one, or the log, may be.
 */
public final class SnapshotBrokenException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String file;
  private final String defect;

  public SnapshotBrokenException(String file, String defect) {
    super("Snapshot file " + file + " does not hold: " + defect);
    this.file = file;
    this.defect = defect;
  }

  public SnapshotBrokenException(String file, String defect, Throwable cause) {
    super("Snapshot file " + file + " does not hold: " + defect, cause);
    this.file = file;
    this.defect = defect;
  }

  /** Name of the file within the snapshot's directory. */
  public String file() {
    return file;
  }

  /** What failed. */
  public String defect() {
    return defect;
  }
}
