package dev.cairn.keyserver.wallet;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.MalformedTextException;
import dev.cairn.crypto.wallet.EthereumAddress;
import dev.cairn.crypto.wallet.KeyMessage;
import dev.cairn.crypto.wallet.SignInForm;
import dev.cairn.crypto.wallet.WalletDigests;
import dev.cairn.crypto.wallet.WalletSignature;
import dev.cairn.keyserver.wallet.PageMessages.Answer;
import dev.cairn.keyserver.wallet.PageMessages.Ask;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A wallet in the browser: serves a page on this machine that asks it (EIP-1193, EIP-6963). What
 * the wallet signs for the key goes from that page to this process and nowhere else.
 */
public final class PageSigner implements WalletSigner {
  /** What the page says that it is for. */
  public enum Purpose {
    /** A new account. */
    ENROL("enrol"),
    /** A backup is recovered, or its owner logs in for something else. */
    RECOVER("recover"),
    /** The wallet becomes the secret of an account that has another. */
    CHANGE("change");

    private final String word;

    Purpose(String word) {
      this.word = word;
    }
  }

  private static final Duration PATIENCE = Duration.ofMinutes(15);
  private static final Duration LAST_WORDS = Duration.ofSeconds(3);

  private final PageDialogue dialogue;
  private final PageServer server;
  private final Clock clock;
  private @Nullable EthereumAddress address;
  private Optional<Bytes> lastKeyMessage = Optional.empty();

  private PageSigner(PageDialogue dialogue, PageServer server, Clock clock) {
    this.dialogue = dialogue;
    this.server = server;
    this.clock = clock;
  }

  /**
   * Starts to serve; the address is {@link #page}.
   *
   * @param serverName the service, by the name that the owner has pinned
   */
  public static PageSigner serve(Purpose purpose, String serverName) {
    return serve(purpose, serverName, PATIENCE);
  }

  static PageSigner serve(Purpose purpose, String serverName, Duration patience) {
    PageDialogue dialogue = new PageDialogue(patience);
    return new PageSigner(
        dialogue, PageServer.start(dialogue, purpose.word, serverName), Clock.systemUTC());
  }

  /** What its owner opens in the browser; serves once. */
  public URI page() {
    return server.address();
  }

  @Override
  public EthereumAddress address() {
    EthereumAddress known = address;
    Optional<String> problem = Optional.empty();
    while (known == null) {
      Answer answer = dialogue.ask(Ask.of(0, "connect"), problem);
      try {
        known = EthereumAddress.parse(new String(answer.value));
      } catch (MalformedTextException e) {
        problem = Optional.of("address");
      }
    }
    address = known;
    return known;
  }

  @Override
  public SignedLogin signLogin(LoginRequest request) {
    LoginTexts texts = LoginTexts.of(server.site(), address(), request, clock);
    Ask ask =
        new Ask(
            0,
            "login",
            Optional.of(address().checksummed()),
            Optional.of(texts.text()),
            Optional.of(texts.typedData()),
            Optional.of(request.chainId()),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    Optional<String> problem = Optional.empty();
    while (true) {
      Answer answer = dialogue.ask(ask, problem);
      boolean typed = answer.kind.equals(SignInForm.EIP_712.code());
      String message = typed ? texts.typedData() : texts.text();
      Bytes digest =
          typed ? WalletDigests.ofTypedData(message) : WalletDigests.ofText(Bytes.utf8(message));
      Signed signed = signature(answer, digest);
      if (signed.signature().isPresent()) {
        try (WalletSignature signature = signed.signature().get()) {
          return new SignedLogin(
              typed ? SignInForm.EIP_712 : SignInForm.EIP_4361, message, signature.open());
        }
      }
      problem = Optional.of(signed.problem());
    }
  }

  @Override
  public WalletSignature signKeyMessage(KeyMessage message) {
    boolean again = lastKeyMessage.filter(message.bytes()::equals).isPresent();
    lastKeyMessage = Optional.of(message.bytes());
    Ask ask =
        new Ask(
            0,
            "key",
            Optional.of(address().checksummed()),
            Optional.of(message.text()),
            Optional.empty(),
            Optional.empty(),
            Optional.of(again ? 2 : 1),
            Optional.empty(),
            Optional.empty());
    Optional<String> problem = Optional.empty();
    while (true) {
      Signed signed = signature(dialogue.ask(ask, problem), WalletDigests.ofText(message.bytes()));
      if (signed.signature().isPresent()) {
        return signed.signature().get();
      }
      problem = Optional.of(signed.problem());
    }
  }

  private record Signed(Optional<WalletSignature> signature, String problem) {}

  private Signed signature(Answer answer, Bytes digest) {
    try {
      WalletSignature signature = WalletSignature.parse(answer.value);
      if (signature.signer(digest).filter(address()::equals).isPresent()) {
        return new Signed(Optional.of(signature), "");
      }
      signature.close();
      return new Signed(Optional.empty(), "signer");
    } catch (MalformedTextException e) {
      return new Signed(Optional.empty(), "signature");
    } finally {
      Arrays.fill(answer.value, '\0');
    }
  }

  @Override
  public void succeeded() {
    dialogue.end(Ask.of(0, "done"));
  }

  @Override
  public void failed(String why) {
    dialogue.end(Ask.of(0, "failed").because(why));
  }

  /** Ends the page, which is told that it ended if it was told nothing yet. */
  @Override
  public void close() {
    failed("Cairn has stopped. What it says stands where you started it.");
    dialogue.awaitDelivery(LAST_WORDS);
    server.close();
  }
}
