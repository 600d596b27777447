package dev.cairn.crypto.wallet;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.wallet.SignInExpectation.Claims;
import dev.cairn.crypto.wallet.SignInRefusedException.Check;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The same sign-in as typed data of <a href="https://eips.ethereum.org/EIPS/eip-712">EIP-712</a>,
 * for wallets that show structured data better than text; signed with {@code eth_signTypedData_v4}.
 *
 * <p>Only the fields travel. Whoever verifies builds the typed data anew, so there are no foreign
 * types to interpret.
 *
 * @param site the site that asks, as in {@link SignInMessage#domain()}
 * @param issuedAt seconds since 1970, as is {@code expiration}
 */
public record SignInTypedData(
    String site,
    EthereumAddress address,
    String uri,
    long chainId,
    String nonce,
    long issuedAt,
    long expiration) {
  /** Name of the EIP-712 domain. */
  public static final String DOMAIN_NAME = "Cairn";

  /** Its version. */
  public static final String DOMAIN_VERSION = "1";

  private static final Pattern PLAIN = Pattern.compile("[\\x21\\x23-\\x5b\\x5d-\\x7e]{1,256}");

  /** Characters of a document that are looked at. */
  public static final int MAX_LENGTH = 4 * 1024;

  private static final String FIELD = "([\\x21\\x23-\\x5b\\x5d-\\x7e]{1,256})";
  private static final String NUMBER = "(0|[1-9][0-9]{0,17})";

  /** {@link #json()} around its fields. */
  private static final Pattern DOCUMENT =
      Pattern.compile(
          ".{1,1024}\"chainId\":"
              + NUMBER
              + "},\"message\":\\{\"purpose\":\"[A-Za-z ]{1,64}\",\"site\":\""
              + FIELD
              + "\",\"account\":\"(0x[0-9a-f]{40})\",\"service\":\""
              + FIELD
              + "\",\"nonce\":\""
              + FIELD
              + "\",\"issuedAt\":"
              + NUMBER
              + ",\"expiration\":"
              + NUMBER
              + "}}");

  private static final long LAST_SECOND = 253_402_300_799L; // of the year 9999

  /** Checks that every field can stand in the typed data as it is. */
  public SignInTypedData {
    require(PLAIN.matcher(site).matches(), "the site");
    require(PLAIN.matcher(uri).matches(), "the URI");
    require(PLAIN.matcher(nonce).matches(), "the nonce");
    require(chainId >= 0, "the chain id");
    require(issuedAt >= 0 && issuedAt <= LAST_SECOND, "the time of issue");
    require(expiration >= 0 && expiration <= LAST_SECOND, "the time of expiration");
  }

  /** What this project asks a wallet to sign. */
  public static SignInTypedData create(
      String site,
      EthereumAddress address,
      String uri,
      long chainId,
      String nonce,
      Instant now,
      java.time.Duration lifetime) {
    Instant second = now.truncatedTo(ChronoUnit.SECONDS);
    return new SignInTypedData(
        site,
        address,
        uri,
        chainId,
        nonce,
        second.getEpochSecond(),
        second.plus(lifetime).getEpochSecond());
  }

  /**
   * Reads what {@link #json()} gives, and nothing else: only the fields are taken from it, and the
   * document that they give must be the same characters.
   *
   * @throws dev.cairn.crypto.MalformedTextException if it is anything else
   */
  public static SignInTypedData parse(String json) {
    require(json.length() <= MAX_LENGTH, "its length");
    Matcher fields = DOCUMENT.matcher(json);
    require(fields.matches(), "its shape");
    SignInTypedData data =
        new SignInTypedData(
            fields.group(2),
            EthereumAddress.parse(fields.group(3)),
            fields.group(4),
            Long.parseLong(fields.group(1)),
            fields.group(5),
            Long.parseLong(fields.group(6)),
            Long.parseLong(fields.group(7)));
    require(data.json().equals(json), "its types");
    return data;
  }

  /** What {@code eth_signTypedData_v4} takes. */
  public String json() {
    return String.format(
        Locale.ROOT,
        """
        {"types":{"EIP712Domain":[{"name":"name","type":"string"},{"name":"version","type":"string"},\
        {"name":"chainId","type":"uint256"}],\
        "SignIn":[{"name":"purpose","type":"string"},{"name":"site","type":"string"},\
        {"name":"account","type":"address"},{"name":"service","type":"string"},\
        {"name":"nonce","type":"string"},{"name":"issuedAt","type":"uint64"},\
        {"name":"expiration","type":"uint64"}]},\
        "primaryType":"SignIn",\
        "domain":{"name":"%s","version":"%s","chainId":%d},\
        "message":{"purpose":"Sign in to your Cairn backup","site":"%s","account":"%s","service":"%s",\
        "nonce":"%s","issuedAt":%d,"expiration":%d}}\
        """,
        DOMAIN_NAME,
        DOMAIN_VERSION,
        chainId,
        site,
        address.lowerCase(),
        uri,
        nonce,
        issuedAt,
        expiration);
  }

  /** The 32 bytes that are signed. */
  public Bytes digest() {
    return WalletDigests.ofTypedData(json());
  }

  /**
   * Checks signed fields.
   *
   * @throws SignInRefusedException naming the check that failed
   */
  public void verify(WalletSignature signature, SignInExpectation expected)
      throws SignInRefusedException {
    expected.check(
        new Claims(
            site,
            address,
            uri,
            chainId,
            nonce,
            Instant.ofEpochSecond(issuedAt),
            Optional.of(Instant.ofEpochSecond(expiration)),
            Optional.empty()));
    if (!signature.signer(digest()).filter(expected.address()::equals).isPresent()) {
      throw new SignInRefusedException(
          Check.SIGNATURE, "The signature is not by the key of " + expected.address());
    }
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new dev.cairn.crypto.MalformedTextException(
          "This is not a sign-in as typed data: " + what + " is not what can stand there");
    }
  }
}
