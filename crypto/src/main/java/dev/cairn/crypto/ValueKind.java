package dev.cairn.crypto;

/** What a value is to its owner; sealed with it as one byte. */
public enum ValueKind {
  /** Bytes of any kind. */
  BYTES(0),
  /** JSON text, exactly as it was written. */
  JSON(1);

  private final int code;

  ValueKind(int code) {
    this.code = code;
  }

  /** The byte in the layout. */
  public int code() {
    return code;
  }

  /**
   * The kind of that byte.
   *
   * @throws MalformedLayoutException if there is none
   */
  public static ValueKind of(int code) throws MalformedLayoutException {
    for (ValueKind kind : values()) {
      if (kind.code == code) {
        return kind;
      }
    }
    throw new MalformedLayoutException("no kind of value has the number " + code);
  }
}
