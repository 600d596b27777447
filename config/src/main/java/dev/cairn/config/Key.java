package dev.cairn.config;

/** A name in code for an option: one constant of an enum that lists all options of a program. */
public interface Key {
  /** Everything about it. */
  Option option();

  /** Its name in the file. */
  default String key() {
    return option().name();
  }
}
