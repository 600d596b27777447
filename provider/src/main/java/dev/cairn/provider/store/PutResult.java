package dev.cairn.provider.store;

/** What a conditional write came to. */
public enum PutResult {
  /** The object was written. */
  CREATED,
  /** An object of this key was there and was left as it is. */
  ALREADY_THERE
}
