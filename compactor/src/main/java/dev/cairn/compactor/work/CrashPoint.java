package dev.cairn.compactor.work;

/**
 * The arrows of the publishing order: places where a worker may die without harm. In this order.
 */
public enum CrashPoint {
  /** The files are merged; nothing is uploaded. */
  MERGED,
  /** A segment or index is uploaded, others may be missing. */
  FILE_UPLOADED,
  /** All segments and indexes are uploaded. */
  FILES_UPLOADED,
  /** They were read back and verified; the manifest is missing. */
  READ_BACK,
  /** The snapshot is published; nobody was told. */
  MANIFEST_WRITTEN,
  /** The event is out; the log is as long as before. */
  EVENT_SENT,
  /** The log is truncated. */
  TRUNCATED,
  /** Uncompacted records show as lag. */
  POSITION_SET,
  /** Superseded directories are marked. */
  SWEEP_MARKED,
  /** A superseded directory is unpublished, its files are still there. */
  MANIFEST_SWEPT,
  /** A superseded directory is gone, its mark is still there. */
  FILES_SWEPT,
  /** A user is quarantined; nobody was told. */
  QUARANTINE_MARKED
}
