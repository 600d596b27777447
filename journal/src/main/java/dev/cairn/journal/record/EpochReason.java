package dev.cairn.journal.record;

import java.util.Optional;

/** Why a log was opened anew; the code is what is signed. */
public enum EpochReason {
  /** The first record of a log. */
  GENESIS(0, false),
  /** Another keyserver took the log over, with the same backup key. */
  TAKEOVER(1, false),
  /** The state was sealed anew under the next key version. */
  ROTATION(2, true),
  /** The whole state was uploaded anew under the same key version. */
  REBASE(3, true);

  private final int code;
  private final boolean carriesBase;

  EpochReason(int code, boolean carriesBase) {
    this.code = code;
    this.carriesBase = carriesBase;
  }

  public int code() {
    return code;
  }

  /** Whether the state from here on is that of a base manifest, which the record must then name. */
  public boolean carriesBase() {
    return carriesBase;
  }

  public static Optional<EpochReason> ofCode(long code) {
    for (EpochReason reason : values()) {
      if (reason.code == code) {
        return Optional.of(reason);
      }
    }
    return Optional.empty();
  }
}
