package dev.cairn.keyserver.recover;

import dev.cairn.keyserver.error.WrongSecretException;
import java.util.List;

/** Asks the owner for a code of the second factor. */
@FunctionalInterface
public interface FactorPrompt {
  /** Has nobody to ask. */
  FactorPrompt NONE =
      factors -> {
        throw new WrongSecretException(
            "The account asks for a second factor ("
                + String.join(", ", factors)
                + "), and none was given. Nothing was changed");
      };

  /**
   * A code, which serves once.
   *
   * @param factors what may be given: {@code totp}, {@code recovery-code}
   */
  String code(List<String> factors);
}
