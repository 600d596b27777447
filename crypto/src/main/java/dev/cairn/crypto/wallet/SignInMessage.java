package dev.cairn.crypto.wallet;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.MalformedTextException;
import dev.cairn.crypto.wallet.SignInExpectation.Claims;
import dev.cairn.crypto.wallet.SignInRefusedException.Check;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Sign-In with Ethereum: the text of <a
 * href="https://eips.ethereum.org/EIPS/eip-4361">EIP-4361</a>, signed with {@code personal_sign}.
 *
 * <p>A parser that accepts the grammar of the EIP and nothing else: what it has read renders to the
 * same characters.
 *
 * @param domain the site that asks, an RFC 3986 authority
 * @param statement a line for the signer
 * @param issuedAt RFC 3339, as it stands in the text; the same for the two after it
 */
public record SignInMessage(
    String domain,
    EthereumAddress address,
    Optional<String> statement,
    String uri,
    long chainId,
    String nonce,
    String issuedAt,
    Optional<String> expirationTime,
    Optional<String> notBefore,
    Optional<String> requestId,
    List<String> resources) {
  /** Characters of a text that are looked at. */
  public static final int MAX_LENGTH = 8 * 1024;

  private static final String FIRST = " wants you to sign in with your Ethereum account:";
  private static final Pattern AUTHORITY = Pattern.compile("[A-Za-z0-9._~%!$&'()*+,;=:@\\[\\]-]+");
  private static final Pattern NONCE = Pattern.compile("[A-Za-z0-9]{8,}");
  private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,17}");
  private static final Pattern STATEMENT =
      Pattern.compile("[A-Za-z0-9\\-._~:/?#\\[\\]@!$&'()*+,;= ]+");
  private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9\\-._~!$&'()*+,;=:@%]*");
  private static final Pattern DATE_TIME =
      Pattern.compile(
          "\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?(Z|[+-]\\d{2}:\\d{2})");

  /** Checks every field against the grammar. */
  public SignInMessage {
    require(AUTHORITY.matcher(domain).matches(), "the domain is not an authority of RFC 3986");
    require(
        statement.map(text -> STATEMENT.matcher(text).matches()).orElse(true),
        "the statement is empty or has characters that EIP-4361 leaves out");
    requireUri(uri, "the URI");
    require(chainId >= 0, "the chain id is negative");
    require(NONCE.matcher(nonce).matches(), "the nonce is not 8 or more letters and digits");
    time(issuedAt);
    expirationTime.ifPresent(SignInMessage::time);
    notBefore.ifPresent(SignInMessage::time);
    require(
        requestId.map(id -> REQUEST_ID.matcher(id).matches()).orElse(true),
        "the request id has characters that RFC 3986 leaves out");
    resources = List.copyOf(resources);
    resources.forEach(resource -> requireUri(resource, "a resource"));
  }

  /**
   * What this project asks a wallet to sign.
   *
   * @param lifetime whole seconds for which it is valid
   */
  public static SignInMessage create(
      String domain,
      EthereumAddress address,
      String uri,
      long chainId,
      String nonce,
      Instant now,
      java.time.Duration lifetime) {
    Instant second = now.truncatedTo(ChronoUnit.SECONDS);
    return new SignInMessage(
        domain,
        address,
        Optional.of("Sign in to your Cairn backup. This proves who you are and opens nothing yet."),
        uri,
        chainId,
        nonce,
        second.toString(),
        Optional.of(second.plus(lifetime).toString()),
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  /** The text that the wallet shows and signs. */
  public String render() {
    StringBuilder text = new StringBuilder(512);
    text.append(domain).append(FIRST).append('\n');
    text.append(address.checksummed()).append("\n\n");
    statement.ifPresent(line -> text.append(line).append('\n'));
    text.append("\nURI: ").append(uri);
    text.append("\nVersion: 1");
    text.append("\nChain ID: ").append(chainId);
    text.append("\nNonce: ").append(nonce);
    text.append("\nIssued At: ").append(issuedAt);
    expirationTime.ifPresent(time -> text.append("\nExpiration Time: ").append(time));
    notBefore.ifPresent(time -> text.append("\nNot Before: ").append(time));
    requestId.ifPresent(id -> text.append("\nRequest ID: ").append(id));
    if (!resources.isEmpty()) {
      text.append("\nResources:");
      resources.forEach(resource -> text.append("\n- ").append(resource));
    }
    return text.toString();
  }

  /**
   * Reads a text.
   *
   * @throws MalformedTextException if it is not in the grammar of EIP-4361
   */
  public static SignInMessage parse(String text) {
    require(text.length() <= MAX_LENGTH, "it has more than " + MAX_LENGTH + " characters");
    Lines lines = new Lines(List.of(text.split("\n", -1)));
    String first = lines.next();
    require(first.endsWith(FIRST), "the first line does not ask to sign in");
    String domain = first.substring(0, first.length() - FIRST.length());
    String spelling = lines.next();
    EthereumAddress address = EthereumAddress.parse(spelling);
    require(spelling.equals(address.checksummed()), "the address is not spelled as in EIP-55");
    lines.nextIs("");
    Optional<String> statement = Optional.empty();
    String line = lines.next();
    if (!line.isEmpty()) {
      statement = Optional.of(line);
      lines.nextIs("");
    }
    String uri = lines.field("URI: ");
    require(lines.field("Version: ").equals("1"), "the version is not 1");
    String chain = lines.field("Chain ID: ");
    require(NUMBER.matcher(chain).matches(), "the chain id is not a number");
    String nonce = lines.field("Nonce: ");
    String issuedAt = lines.field("Issued At: ");
    Optional<String> expiration = lines.optionalField("Expiration Time: ");
    Optional<String> notBefore = lines.optionalField("Not Before: ");
    Optional<String> requestId = lines.optionalField("Request ID: ");
    List<String> resources = new ArrayList<>();
    if (lines.hasNext()) {
      lines.nextIs("Resources:");
      require(lines.hasNext(), "there are no resources");
      while (lines.hasNext()) {
        resources.add(lines.field("- "));
      }
    }
    SignInMessage message =
        new SignInMessage(
            domain,
            address,
            statement,
            uri,
            Long.parseLong(chain),
            nonce,
            issuedAt,
            expiration,
            notBefore,
            requestId,
            resources);
    require(message.render().equals(text), "it is spelled in a way that EIP-4361 does not know");
    return message;
  }

  /**
   * Checks a signed text.
   *
   * @throws SignInRefusedException naming the check that failed
   */
  public static SignInMessage verify(
      String text, WalletSignature signature, SignInExpectation expected)
      throws SignInRefusedException {
    SignInMessage message;
    try {
      message = parse(text);
    } catch (MalformedTextException e) {
      throw new SignInRefusedException(Check.MALFORMED, String.valueOf(e.getMessage()));
    }
    expected.check(message.claims());
    boolean owns =
        signature
            .signer(WalletDigests.ofText(Bytes.utf8(text)))
            .filter(expected.address()::equals)
            .isPresent();
    if (!owns) {
      throw new SignInRefusedException(
          Check.SIGNATURE, "The signature is not by the key of " + expected.address());
    }
    return message;
  }

  private Claims claims() {
    return new Claims(
        domain,
        address,
        uri,
        chainId,
        nonce,
        time(issuedAt),
        expirationTime.map(SignInMessage::time),
        notBefore.map(SignInMessage::time));
  }

  private static Instant time(String text) {
    require(DATE_TIME.matcher(text).matches(), "a time is not one of RFC 3339");
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw malformed("a time does not exist");
    }
  }

  private static void requireUri(String text, String what) {
    try {
      require(new URI(text).isAbsolute(), what + " is not absolute");
    } catch (URISyntaxException e) {
      throw malformed(what + " is not a URI of RFC 3986");
    }
    require(text.chars().allMatch(c -> c > ' ' && c < 0x7f), what + " is not a URI of RFC 3986");
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw malformed(otherwise);
    }
  }

  private static MalformedTextException malformed(String why) {
    return new MalformedTextException("This is not a sign-in message of EIP-4361: " + why);
  }

  private static final class Lines {
    private final List<String> lines;
    private int at;

    Lines(List<String> lines) {
      this.lines = lines;
    }

    boolean hasNext() {
      return at < lines.size();
    }

    String next() {
      require(hasNext(), "it ends too early");
      return lines.get(at++);
    }

    void nextIs(String expected) {
      require(next().equals(expected), "line " + at + " is not what follows there");
    }

    String field(String prefix) {
      String line = next();
      require(line.startsWith(prefix), "line " + at + " does not start with " + prefix.strip());
      return line.substring(prefix.length());
    }

    Optional<String> optionalField(String prefix) {
      return hasNext() && lines.get(at).startsWith(prefix)
          ? Optional.of(field(prefix))
          : Optional.empty();
    }
  }
}
