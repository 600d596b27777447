package dev.cairn.keyserver.service;

import java.util.Map;

/**
 * The service understood the request and refuses it, for a reason that no caller can do anything
 * about.
 */
public final class ServiceRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String code;
  private final transient Map<String, String> details;

  public ServiceRefusedException(String code, String message, Map<String, String> details) {
    super("The recovery service refuses (" + code + "): " + message);
    this.code = code;
    this.details = Map.copyOf(details);
  }

  /** The service's word for it. */
  public String code() {
    return code;
  }

  /** What the service says beside its message. */
  public Map<String, String> details() {
    return details == null ? Map.of() : details;
  }
}
