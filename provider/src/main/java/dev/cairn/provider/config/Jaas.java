package dev.cairn.provider.config;

/** JAAS lines for Kafka's SASL. They hold a password: never log one. */
public final class Jaas {
  private Jaas() {}

  /** A SCRAM login. Names and passwords are quoted, so that no character of them ends the line. */
  public static String scram(String username, String password) {
    return "org.apache.kafka.common.security.scram.ScramLoginModule required username="
        + quote(username)
        + " password="
        + quote(password)
        + ";";
  }

  /** A PLAIN listener that knows one user, which is also the one that its own node logs in as. */
  public static String plainServer(String username, String password) {
    return "org.apache.kafka.common.security.plain.PlainLoginModule required username="
        + quote(username)
        + " password="
        + quote(password)
        + " "
        + quote("user_" + username)
        + "="
        + quote(password)
        + ";";
  }

  private static String quote(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
