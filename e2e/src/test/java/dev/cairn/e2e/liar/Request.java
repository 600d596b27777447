package dev.cairn.e2e.liar;

import java.util.Optional;

/**
 * What a client sent.
 *
 * @param query without its question mark
 * @param range what the header of that name says
 * @param count how many requests of this kind came before, since the lie was told
 */
record Request(Asked asked, String path, String query, Optional<String> range, int count) {
  /** The offset that a page of the log is asked from. */
  long from() {
    return Long.parseLong(query.substring("from=".length()));
  }

  /** Of a file: {@code keyVersion/directory/file}. */
  String file() {
    String[] parts = path.split("/", -1);
    return parts[parts.length - 3] + "/" + parts[parts.length - 2] + "/" + parts[parts.length - 1];
  }
}
