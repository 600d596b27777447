package dev.cairn.keyserver.wallet;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.MalformedTextException;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.crypto.wallet.EthereumAddress;
import dev.cairn.crypto.wallet.KeyMessage;
import dev.cairn.crypto.wallet.SignInForm;
import dev.cairn.crypto.wallet.WalletDigests;
import dev.cairn.crypto.wallet.WalletKeyPair;
import dev.cairn.crypto.wallet.WalletSignature;
import dev.cairn.keyserver.error.MalformedInputException;
import dev.cairn.keyserver.error.WrongSecretException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;

/** A wallet in an encrypted file, opened with its password: signs without asking anybody. */
public final class KeystoreSigner implements WalletSigner {
  private final WalletKeyPair pair;
  private final Clock clock;

  KeystoreSigner(WalletKeyPair pair, Clock clock) {
    this.pair = pair;
    this.clock = clock;
  }

  /**
   * Opens the file.
   *
   * @param password stays the caller's to close
   * @throws MalformedInputException if the file is missing or is no keystore of version 3
   * @throws WrongSecretException if the password does not open it
   */
  public static KeystoreSigner open(Path file, SecretBytes password) {
    try {
      KeystoreFile keystore = KeystoreFile.parse(read(file));
      WalletKeyPair pair =
          keystore
              .key()
              .open(password)
              .orElseThrow(() ->
                  new WrongSecretException(
                      "The password does not open the keystore " + file + ". Nothing was sent"));
      if (keystore.address().filter(said -> !said.equals(pair.address())).isPresent()) {
        pair.close();
        throw new MalformedInputException(
            "The keystore "
                + file
                + " says that it is of "
                + keystore.address().get()
                + ", and holds the key of another account. Nothing was sent");
      }
      return new KeystoreSigner(pair, Clock.systemUTC());
    } catch (MalformedTextException e) {
      throw new MalformedInputException(
          "The keystore " + file + " cannot be used. " + e.getMessage(), e);
    }
  }

  private static String read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(KeystoreFile.MAX_BYTES + 1);
      if (bytes.length > KeystoreFile.MAX_BYTES) {
        throw new MalformedTextException(
            "This is no keystore of version 3: it has more than "
                + KeystoreFile.MAX_BYTES
                + " bytes");
      }
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      throw new MalformedInputException("There is no keystore " + file, e);
    } catch (IOException e) {
      throw new UncheckedIOException("The keystore " + file + " cannot be read", e);
    }
  }

  @Override
  public EthereumAddress address() {
    return pair.address();
  }

  @Override
  public SignedLogin signLogin(LoginRequest request) {
    String text = LoginTexts.of(LoginTexts.OWN_MACHINE, address(), request, clock).text();
    try (WalletSignature signature = pair.sign(WalletDigests.ofText(Bytes.utf8(text)))) {
      return new SignedLogin(SignInForm.EIP_4361, text, signature.open());
    }
  }

  @Override
  public WalletSignature signKeyMessage(KeyMessage message) {
    return pair.sign(WalletDigests.ofText(message.bytes()));
  }

  @Override
  public void close() {
    pair.close();
  }
}
