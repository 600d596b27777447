package dev.cairn.crypto.wallet;

import java.util.Optional;

/** The two forms that a sign-in may have. */
public enum SignInForm {
  /** Text, signed by {@code personal_sign}. */
  EIP_4361("eip4361"),
  /** Typed data, signed by {@code eth_signTypedData_v4}. */
  EIP_712("eip712");

  private final String code;

  SignInForm(String code) {
    this.code = code;
  }

  /** How messages name it. */
  public String code() {
    return code;
  }

  /** The form of that name. */
  public static Optional<SignInForm> of(String code) {
    for (SignInForm form : values()) {
      if (form.code.equals(code)) {
        return Optional.of(form);
      }
    }
    return Optional.empty();
  }
}
