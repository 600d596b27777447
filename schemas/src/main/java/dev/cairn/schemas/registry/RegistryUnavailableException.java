package dev.cairn.schemas.registry;

import org.jspecify.annotations.Nullable;

/** No registry answered as one; trying again later may help. */
public final class RegistryUnavailableException extends RegistryException {
  private static final long serialVersionUID = 1L;

  public RegistryUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
