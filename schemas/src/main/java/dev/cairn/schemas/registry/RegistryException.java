package dev.cairn.schemas.registry;

import org.jspecify.annotations.Nullable;

/** A call to the schema registry failed; records and logs are not touched by it. */
public abstract sealed class RegistryException extends Exception
    permits RegistryUnavailableException, RegistryRefusedException {
  private static final long serialVersionUID = 1L;

  RegistryException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
