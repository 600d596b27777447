package dev.cairn.schemas.registry;

/** The registry answered, and the answer is no; trying again will not help. */
public final class RegistryRefusedException extends RegistryException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final int errorCode;

  public RegistryRefusedException(int status, int errorCode, String message) {
    super(message, null);
    this.status = status;
    this.errorCode = errorCode;
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** The registry's own code, for example 42201; the status where it gave none. */
  public int errorCode() {
    return errorCode;
  }
}
