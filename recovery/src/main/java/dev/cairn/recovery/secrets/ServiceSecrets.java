package dev.cairn.recovery.secrets;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.HmacSha256;
import dev.cairn.crypto.Layout;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.crypto.Sha256;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.Xaes256Gcm;
import dev.cairn.crypto.opaque.ServerKeyPair;
import dev.cairn.crypto.opaque.ServerSetup;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The service's own keys, in files of mode 0600 that are backed up apart from everything else.
 *
 * <table>
 * <caption>what losing or leaking each means</caption>
 * <tr><th>file</th><th>lost</th><th>leaked</th></tr>
 * <tr><td>{@code oprf-seed.1}</td><td>no password opens any backup again</td><td>with an account's
 * record, its password can be guessed offline</td></tr>
 * <tr><td>{@code ake-key.1}</td><td>no client accepts this service again</td><td>somebody else can pose
 * as this service</td></tr>
 * <tr><td>{@code pepper.1}</td><td>no name is found again, and no account can be rebuilt from
 * storage</td><td>names can be tested against the accounts topic, and the accounts' objects be
 * read</td></tr>
 * <tr><td>{@code factor-key.1}</td><td>no second factor is right any more: who has one cannot log
 * in</td><td>with the accounts topic, second factors can be computed; the first is still
 * asked</td></tr>
 * <tr><td>{@code token-key.1}</td><td>logins under way start again</td><td>tokens can be forged: sealed
 * data leaks, no plaintext</td></tr>
 * <tr><td>{@code scram-key.1}</td><td>credentials are made anew at the next connect</td><td>anybody can
 * write to any log; readers pass over what the owner did not sign, and call it damage</td></tr>
 * </table>
 *
 * <p>Thread-safe; zeroed by {@link #close()}.
 */
public final class ServiceSecrets implements AutoCloseable {
  static final int KEY_SIZE = 32;
  private static final String BASE_32 = "abcdefghijklmnopqrstuvwxyz234567";
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private final ServerSetup opaque;
  private final SecretBytes pepper;
  private final Xaes256Gcm factorCipher;
  private final SecretBytes recoveryCodeKey;
  private final Bytes factorFingerprint;
  private final Xaes256Gcm tokenCipher;
  private final SecretBytes nonceKey;
  private final SecretBytes scramKey;
  private final Xaes256Gcm accountCipher;

  private ServiceSecrets(
      ServerSetup opaque,
      SecretBytes pepper,
      SecretBytes factorKey,
      SecretBytes tokenKey,
      SecretBytes scramKey) {
    this.opaque = opaque;
    this.pepper = pepper;
    this.factorCipher = Xaes256Gcm.takeCopyOf(factorKey);
    this.recoveryCodeKey =
        SecretBytes.takeOwnershipOf(
            mac(factorKey, Layout.label("recovery-code-key").toBytes()).toByteArray());
    this.factorFingerprint = mac(factorKey, fingerprintLabel(ServiceSecret.FACTOR_KEY));
    factorKey.close();
    this.tokenCipher = Xaes256Gcm.takeCopyOf(tokenKey);
    this.nonceKey =
        SecretBytes.takeOwnershipOf(
            mac(tokenKey, Layout.label("nonce-key").toBytes()).toByteArray());
    this.scramKey = scramKey;
    this.accountCipher =
        Xaes256Gcm.takeOwnershipOf(
            mac(pepper, Layout.label("account-key").toBytes()).toByteArray());
    tokenKey.close();
  }

  /**
   * Makes all secrets where the directory does not exist. A directory that exists is left as it is:
   * new secrets beside old accounts would lock every owner out.
   */
  public static void createIfAbsent(Path directory) throws IOException {
    if (Files.exists(directory)) {
      return;
    }
    Path parent = directory.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IOException(directory + " cannot hold secrets");
    }
    Files.createDirectories(parent);
    Path temporary =
        Files.createTempDirectory(
            parent,
            "secrets-",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    SecureRandom random = new SecureRandom();
    try (ServerSetup setup = ServerSetup.generate(random);
        SecretBytes akeKey = setup.keyPair().copyPrivateKey()) {
      write(temporary.resolve(ServiceSecret.OPRF_SEED.file()), setup.oprfSeed().copyMaterial());
      write(temporary.resolve(ServiceSecret.AKE_KEY.file()), akeKey.copyMaterial());
    }
    for (ServiceSecret secret :
        List.of(
            ServiceSecret.PEPPER,
            ServiceSecret.FACTOR_KEY,
            ServiceSecret.TOKEN_KEY,
            ServiceSecret.SCRAM_KEY)) {
      write(temporary.resolve(secret.file()), fresh(random));
    }
    force(temporary);
    Files.move(temporary, directory, StandardCopyOption.ATOMIC_MOVE);
    force(parent);
  }

  /**
   * Makes the key of second factors where an older version has left it out.
   *
   * <p>Only for a service that has never had one: beside accounts with a second factor a new key
   * locks their owners out.
   *
   * @return whether it was made
   */
  public static boolean addFactorKey(Path directory) throws IOException {
    Path file = directory.resolve(ServiceSecret.FACTOR_KEY.file());
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    write(file, fresh(new SecureRandom()));
    force(directory);
    return true;
  }

  /**
   * Reads all secrets.
   *
   * @throws IOException when one is missing, of a wrong size, or readable by others
   */
  public static ServiceSecrets load(Path directory) throws IOException {
    byte[] akeKey = read(directory, ServiceSecret.AKE_KEY);
    SecretBytes seed = SecretBytes.takeOwnershipOf(read(directory, ServiceSecret.OPRF_SEED));
    try {
      return new ServiceSecrets(
          new ServerSetup(seed, ServerKeyPair.takeOwnershipOf(akeKey)),
          SecretBytes.takeOwnershipOf(read(directory, ServiceSecret.PEPPER)),
          SecretBytes.takeOwnershipOf(read(directory, ServiceSecret.FACTOR_KEY)),
          SecretBytes.takeOwnershipOf(read(directory, ServiceSecret.TOKEN_KEY)),
          SecretBytes.takeOwnershipOf(read(directory, ServiceSecret.SCRAM_KEY)));
    } catch (IllegalArgumentException e) {
      throw new IOException("the secrets in " + directory + " are damaged", e);
    }
  }

  /**
   * Makes a secret anew that is missing and that may be replaced.
   *
   * @throws IOException when it is there, or must not be replaced
   */
  public static void replace(Path directory, ServiceSecret secret) throws IOException {
    if (!secret.isReplaceable()) {
      throw new IOException(
          secret.file()
              + " is never made anew beside accounts: "
              + secret.whenLost()
              + ". Bring it back from its backup. Nothing was changed.");
    }
    Path file = directory.resolve(secret.file());
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException(
          file + " is there: it is replaced only where it is lost. Nothing was changed.");
    }
    write(file, fresh(new SecureRandom()));
    force(directory);
  }

  /**
   * Copies every secret into a directory that does not exist, and reads the copy back.
   *
   * @throws IOException when a secret is missing or the place is taken
   */
  public static void copy(Path from, Path to) throws IOException {
    load(from).close();
    Files.createDirectory(
        to, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    for (ServiceSecret secret : ServiceSecret.values()) {
      write(to.resolve(secret.file()), read(from, secret));
    }
    force(to);
    try (ServiceSecrets original = load(from);
        ServiceSecrets copied = load(to)) {
      if (!original.fingerprint().equals(copied.fingerprint())) {
        throw new IOException("the copy in " + to + " reads back differently");
      }
    }
  }

  /**
   * What is wrong with a secret's file, or nothing.
   *
   * @return empty when it can be used
   */
  public static Optional<String> defect(Path directory, ServiceSecret secret) {
    try {
      Arrays.fill(read(directory, secret), (byte) 0);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /** OPRF seed and key pair; stays this object's to close. */
  public ServerSetup opaque() {
    return opaque;
  }

  /** Seals tokens and login states. */
  public Xaes256Gcm tokenCipher() {
    return tokenCipher;
  }

  /**
   * Seals the accounts' objects. It is derived from the pepper, without which no name would be
   * found in them anyway: one secret less to lose.
   */
  public Xaes256Gcm accountCipher() {
    return accountCipher;
  }

  /** Seals what an owner's authenticator knows, too. */
  public Xaes256Gcm factorCipher() {
    return factorCipher;
  }

  /** What stands for a recovery code in an account: 32 bytes. */
  public Bytes recoveryCodeDigest(UserId userId, String code) {
    return mac(recoveryCodeKey, Layout.label("recovery-code").userId(userId).lp(code).toBytes());
  }

  /** What stands for a name in the accounts: 32 bytes. */
  public Bytes lookupKey(String username) {
    return mac(pepper, Layout.label("lookup").lp(username).toBytes());
  }

  /** The user id that stands for a name without an account; the same each time. */
  public UserId userIdOfNobody(Bytes lookupKey) {
    byte[] digest = mac(pepper, Layout.label("nobody").bytes(lookupKey).toBytes()).toByteArray();
    BigInteger bits = new BigInteger(1, Arrays.copyOf(digest, 16)).shiftLeft(2);
    StringBuilder text = new StringBuilder();
    for (int shift = 125; shift >= 0; shift -= 5) {
      text.append(BASE_32.charAt(bits.shiftRight(shift).intValue() & 31));
    }
    return UserId.parse(text.toString());
  }

  /**
   * Tells these secrets from others without revealing them: seed, key pair and pepper, which must
   * never be exchanged while there are accounts.
   */
  public Bytes fingerprint() {
    Bytes label = Layout.label("service-secrets").toBytes();
    return Sha256.hash(
        Bytes.concat(
            label,
            mac(opaque.oprfSeed(), label),
            opaque.keyPair().publicKey(),
            mac(pepper, label)));
  }

  /** As {@link #fingerprint()}, of one of the secrets that must never be exchanged. */
  public Bytes fingerprint(ServiceSecret secret) {
    Bytes label = fingerprintLabel(secret);
    return switch (secret) {
      case OPRF_SEED -> Sha256.hash(Bytes.concat(label, mac(opaque.oprfSeed(), label)));
      case AKE_KEY -> Sha256.hash(Bytes.concat(label, opaque.keyPair().publicKey()));
      case PEPPER -> Sha256.hash(Bytes.concat(label, mac(pepper, label)));
      case FACTOR_KEY -> Sha256.hash(Bytes.concat(label, factorFingerprint));
      case TOKEN_KEY, SCRAM_KEY -> throw new IllegalArgumentException(secret + " may be exchanged");
    };
  }

  private static Bytes fingerprintLabel(ServiceSecret secret) {
    return Layout.label("service-secret").lp(secret.label()).toBytes();
  }

  /** Stamp of a challenge that was given out for one account: 32 bytes. */
  public Bytes challengeStamp(UserId userId, Bytes random, long expiry) {
    return mac(
        nonceKey, Layout.label("challenge").userId(userId).bytes(random).u64(expiry).toBytes());
  }

  /** Stamp of a nonce: 32 bytes. */
  public Bytes nonceStamp(Bytes random, long expiry) {
    return mac(nonceKey, Layout.label("nonce").bytes(random).u64(expiry).toBytes());
  }

  /** Password of a principal at the broker; the same each time. A secret. */
  public String scramPassword(String principal) {
    return mac(scramKey, Layout.label("scram").lp(principal).toBytes()).base64Url();
  }

  private static Bytes mac(SecretBytes key, Bytes message) {
    byte[] material = key.copyMaterial();
    try (HmacSha256 mac = new HmacSha256(material)) {
      return mac.mac(message);
    } finally {
      Arrays.fill(material, (byte) 0);
    }
  }

  private static void write(Path file, byte[] secret) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(OWNER_ONLY))) {
      ByteBuffer bytes = ByteBuffer.wrap(secret);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    } finally {
      Arrays.fill(secret, (byte) 0);
    }
  }

  private static byte[] fresh(SecureRandom random) {
    byte[] key = new byte[KEY_SIZE];
    random.nextBytes(key);
    return key;
  }

  private static byte[] read(Path directory, ServiceSecret of) throws IOException {
    Path file = directory.resolve(of.file());
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException(
          file
              + " is missing. Bring it back from its backup; if there is none, "
              + of.whenLost()
              + "."
              + (of.isReplaceable()
                  ? " 'cairn recovery secrets init --replace " + of.label() + "' makes a new one."
                  : "")
              + " Nothing was changed.");
    }
    if (!OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file))) {
      throw new IOException(
          file + " may be read by others: set its mode to 0600, and think of who has read it.");
    }
    byte[] secret = Files.readAllBytes(file);
    if (secret.length != of.size()) {
      throw new IOException(file + " has " + secret.length + " bytes instead of " + of.size());
    }
    return secret;
  }

  private static void force(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public void close() {
    opaque.close();
    pepper.close();
    tokenCipher.close();
    nonceKey.close();
    scramKey.close();
    accountCipher.close();
    factorCipher.close();
    recoveryCodeKey.close();
  }

  @Override
  public String toString() {
    return "ServiceSecrets";
  }
}
