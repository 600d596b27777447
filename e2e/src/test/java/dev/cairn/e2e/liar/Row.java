package dev.cairn.e2e.liar;

/** Kinds of lies: each has a row of this name in {@code docs/threat-model.md}. */
enum Row {
  ANSWER_DROPPED("an answer dropped or cut in the middle"),
  ANSWER_ENDLESS("an answer that never ends"),
  ANSWER_EMPTY("an empty answer"),
  ANSWER_SWAPPED("the answer to another question"),
  ANSWER_TWICE("an answer sent twice over"),
  ANSWER_REFUSED("any refusal at any step"),
  ANSWER_FLIPPED("bytes of any answer flipped, dropped or added"),
  FIELD("a field of an answer missing, of another type, out of range or altered"),

  SERVER_WEAK("weaker password stretching than agreed, or a costlier one than can be borne"),
  SERVER_OTHER("another server name or suite"),
  LOGIN_OTHER("a login answer of another attempt or user"),
  LOGIN_FACTOR("a second factor that the account does not have"),
  NONCE_OTHER("a nonce that was used, expired or made up"),
  TOKEN_OTHER("a token of another user, session or scope"),

  BUNDLE_OTHER("the bundle of another user"),
  BUNDLE_OLDER("an older bundle"),
  BUNDLE_ALTERED("a bundle with a field altered, a wrap dropped or doubled, or another version"),

  LIST_NONE("no snapshot, where there are some"),
  LIST_OLDER("the newest snapshot left out"),
  LIST_INVENTED("snapshots that do not exist, or of other names, versions or users"),
  LIST_LONG("a list of snapshots that is longer than any provider keeps"),

  MANIFEST_OTHER("a manifest of another user, snapshot or key version"),
  MANIFEST_SIGNED("a signed header in a manifest altered, or with another signature"),
  MANIFEST_ACCUMULATOR("an accumulator that is not the signed state's"),
  MANIFEST_FILES("files of a snapshot dropped, doubled, swapped or described otherwise"),
  MANIFEST_POSITION("a position in the log that is not the snapshot's"),

  SEGMENT_OTHER("a segment or index of another user, snapshot or place"),
  SEGMENT_CUT("a segment or index cut, doubled or absent"),
  ENTRY_DROPPED("an entry dropped from a segment, described as if it belonged so"),
  ENTRY_DOUBLED("an entry doubled"),
  ENTRY_ORDER("entries in another order"),
  ENTRY_OTHER("an entry replaced by an older one, or by another user's"),
  ENTRY_ALTERED("an entry's tag, epoch, sequence or sealed bytes altered"),
  INDEX_ALTERED("an index whose elements or numbers are not the segment's"),
  INDEX_PLACE("an index whose offsets or lengths are not the segment's"),

  RECORD_DROPPED("a record of the log dropped, with records after it"),
  RECORD_TWICE("a record repeated"),
  RECORD_ORDER("records in another order"),
  RECORD_GARBAGE("a record replaced by garbage, or altered"),
  RECORD_OTHER("a record of another user, or of an earlier epoch or key version, in its place"),
  RECORD_SHIFTED("records at other offsets"),
  LOG_CUT("the end of the log cut off"),
  LOG_HEAD("the log's beginning cut off or replaced"),
  LOG_EXTENT("a log that is said to start or end elsewhere"),
  LOG_TRUNCATED("a log that is said to be truncated where it is not"),
  PAGE_FRAME("a page of the log with a frame cut, too long or out of order"),
  PAGE_NUMBERS("a page of the log with another next offset or end"),
  LOG_ENDLESS("a log that never ends"),

  OLDER_WHOLE("an older consistent whole of snapshots and log"),
  OLDEST_WHOLE("an older consistent whole, bundle included"),

  TAKEOVER_EPOCH("a takeover's epoch lied about"),
  TAKEOVER_END("a takeover's final end offset lied about"),
  TAKEOVER_CONNECTION("a takeover's connection of another user, topic or principal"),
  TAKEOVER_OTHER("the answer to another takeover");

  private final String text;

  Row(String text) {
    this.text = text;
  }

  /** As the document has it. */
  String text() {
    return text;
  }

  /** Whether a client without memory may end cleanly with an older original. */
  boolean maySeemWhole() {
    return this == LOG_CUT || this == OLDER_WHOLE || this == OLDEST_WHOLE;
  }
}
