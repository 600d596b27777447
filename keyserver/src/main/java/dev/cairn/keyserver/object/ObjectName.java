package dev.cairn.keyserver.object;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.MalformedTextException;
import dev.cairn.crypto.ObjectSlice;
import dev.cairn.keyserver.error.MalformedInputException;

/**
 * Names one object. Two names are the same only when their UTF-8 bytes are: nothing is normalised,
 * so that the composed and the decomposed form of one character make two names. Both parts may be
 * empty.
 *
 * @param collection at most 4096 bytes of UTF-8
 * @param id at most 4096 bytes of UTF-8
 */
public record ObjectName(String collection, String id) implements Comparable<ObjectName> {
  /**
   * Checks the form.
   *
   * @throws MalformedInputException if a part is too long or holds an unpaired surrogate
   */
  public ObjectName {
    check("collection", collection);
    check("id", id);
  }

  private static void check(String what, String text) {
    if (text.length() <= ObjectSlice.MAX_NAME / 3 && isPlain(text)) {
      return;
    }
    int size;
    try {
      size = Bytes.utf8(text).size();
    } catch (MalformedTextException e) {
      throw new MalformedInputException(
          "The " + what + " of an object is not valid text: " + e.getMessage(), e);
    }
    if (size > ObjectSlice.MAX_NAME) {
      throw new MalformedInputException(
          "The "
              + what
              + " of an object has "
              + size
              + " bytes of UTF-8; at most "
              + ObjectSlice.MAX_NAME
              + " are allowed");
    }
  }

  /** Whether no character could be a surrogate: the common case, without a copy. */
  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /** The order of exports: unsigned UTF-8 bytes of the collection, then of the id. */
  @Override
  public int compareTo(ObjectName other) {
    int byCollection = Bytes.utf8(collection).compareTo(Bytes.utf8(other.collection));
    return byCollection != 0 ? byCollection : Bytes.utf8(id).compareTo(Bytes.utf8(other.id));
  }
}
