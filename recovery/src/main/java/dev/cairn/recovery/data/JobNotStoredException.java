package dev.cairn.recovery.data;

/** Kafka did not store a job; nothing was asked for. */
public final class JobNotStoredException extends Exception {
  JobNotStoredException(Throwable cause) {
    super("the job was not stored: " + cause.getMessage(), cause);
  }
}
