package dev.cairn.metrics;

/** The processes of Cairn that are watched. */
public enum Component {
  KEYSERVER("keyserver"),
  COMPACTOR("compactor"),
  RECOVERY("recovery");

  private final String id;

  Component(String id) {
    this.id = id;
  }

  /** As commands, metrics and scrape jobs call it. */
  public String id() {
    return id;
  }
}
