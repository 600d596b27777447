package dev.cairn.keyserver.wallet;

import dev.cairn.crypto.wallet.EthereumAddress;
import dev.cairn.crypto.wallet.SignInMessage;
import dev.cairn.crypto.wallet.SignInTypedData;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The two forms of one login, as a wallet is asked to sign them. */
record LoginTexts(String text, String typedData) {
  /** Where there is no page: the machine that Cairn runs on. */
  static final String OWN_MACHINE = "localhost";

  static LoginTexts of(String domain, EthereumAddress address, LoginRequest request, Clock clock) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Duration lifetime = Duration.between(now, request.expiry());
    return new LoginTexts(
        SignInMessage.create(
                domain, address, request.uri(), request.chainId(), request.nonce(), now, lifetime)
            .render(),
        SignInTypedData.create(
                domain, address, request.uri(), request.chainId(), request.nonce(), now, lifetime)
            .json());
  }
}
