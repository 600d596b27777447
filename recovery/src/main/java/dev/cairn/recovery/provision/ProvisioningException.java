package dev.cairn.recovery.provision;

/** A step at the broker did not succeed; repeating it is safe. */
public final class ProvisioningException extends Exception {
  public ProvisioningException(String message) {
    super(message);
  }

  ProvisioningException(String message, Throwable cause) {
    super(message + ": " + cause.getMessage(), cause);
  }
}
