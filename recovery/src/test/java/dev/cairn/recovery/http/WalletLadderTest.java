package dev.cairn.recovery.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.crypto.BackupKey;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.KeyRing;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.crypto.Sha256;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.bundle.BundleContent;
import dev.cairn.crypto.bundle.Kek;
import dev.cairn.crypto.bundle.KeyWrap;
import dev.cairn.crypto.bundle.KeyWraps;
import dev.cairn.crypto.bundle.VersionedKey;
import dev.cairn.crypto.wallet.KeyMessage;
import dev.cairn.crypto.wallet.SignInMessage;
import dev.cairn.crypto.wallet.SignInTypedData;
import dev.cairn.crypto.wallet.SignInUri;
import dev.cairn.crypto.wallet.WalletDigests;
import dev.cairn.crypto.wallet.WalletKek;
import dev.cairn.crypto.wallet.WalletKeyPair;
import dev.cairn.crypto.wallet.WalletSignature;
import dev.cairn.journal.bundle.BundleCodec;
import dev.cairn.journal.bundle.StoredBundle;
import dev.cairn.schemas.http.ApiPaths;
import dev.cairn.schemas.http.LoggedIn;
import dev.cairn.schemas.http.LoginChallenge;
import dev.cairn.schemas.http.LoginChallengeRequest;
import dev.cairn.schemas.http.RegistrationFinish;
import dev.cairn.schemas.http.WalletLogin;
import dev.cairn.schemas.http.WalletProof;
import dev.cairn.schemas.http.WalletRegistrationFinish;
import dev.cairn.schemas.http.WalletRegistrationStart;
import dev.cairn.schemas.http.WalletRegistrationStarted;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Accounts whose name and secret is a wallet: each check, failing alone. */
final class WalletLadderTest {
  private static final String URI = SignInUri.of(Instance.SERVER_NAME);
  private static final String OWN = "localhost:4711";

  @TempDir private Path directory;
  private Fixture fixture;
  private Instance instance;
  private Caller caller;
  private final WalletKeyPair wallet = pair("18");
  private final WalletKeyPair other = pair("19");

  private static WalletKeyPair pair(String last) {
    return WalletKeyPair.takeOwnershipOf(
        SecretBytes.takeCopyOf(
            Bytes.fromHex(
                "4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f3623" + last)));
  }

  @BeforeEach
  void start() throws Exception {
    fixture = new Fixture(directory);
    instance = fixture.start();
    caller = new Caller(instance.uri());
  }

  @AfterEach
  void stop() throws Exception {
    caller.close();
    instance.close();
    wallet.close();
    other.close();
  }

  private Instant now() {
    return Instant.ofEpochMilli(fixture.clock.millis());
  }

  private static Instant end(LoginChallenge challenge) {
    return Instant.ofEpochMilli(challenge.expiry());
  }

  private SignInMessage text(LoginChallenge challenge, WalletKeyPair signer) {
    return SignInMessage.create(
        OWN,
        signer.address(),
        URI,
        challenge.chainId(),
        challenge.nonce(),
        now(),
        Duration.between(Instant.ofEpochSecond(now().getEpochSecond()), end(challenge)));
  }

  private SignInTypedData typed(LoginChallenge challenge) {
    return new SignInTypedData(
        OWN,
        wallet.address(),
        URI,
        challenge.chainId(),
        challenge.nonce(),
        now().getEpochSecond(),
        end(challenge).getEpochSecond());
  }

  private static WalletProof sign(String text, WalletKeyPair signer) {
    try (WalletSignature signature = signer.sign(WalletDigests.ofText(Bytes.utf8(text)))) {
      return new WalletProof("eip4361", text, "0x" + signature.open().hex());
    }
  }

  private static WalletProof signTyped(SignInTypedData data, WalletKeyPair signer) {
    try (WalletSignature signature = signer.sign(data.digest())) {
      return new WalletProof("eip712", data.json(), signature.open().hex());
    }
  }

  private LoginChallenge challenge(String identity) throws Exception {
    return Caller.read(
        caller.post(ApiPaths.LOGIN_CHALLENGE, new LoginChallengeRequest(identity)),
        LoginChallenge.class);
  }

  private HttpResponse<byte[]> login(WalletProof proof) throws Exception {
    return caller.post(
        ApiPaths.LOGIN_WALLET, new WalletLogin(wallet.address().checksummed(), proof));
  }

  private String refused(WalletProof proof) throws Exception {
    return Caller.refusal(login(proof));
  }

  private record Prepared(Caller.Owner owner, WalletRegistrationFinish finish) {}

  private Prepared prepare(WalletKeyPair signer, KeyMessageMaker maker) throws Exception {
    WalletRegistrationStarted started =
        Caller.read(
            caller.post(
                ApiPaths.REGISTRATION_WALLET,
                new WalletRegistrationStart(wallet.address().checksummed())),
            WalletRegistrationStarted.class);
    UserId userId = UserId.parse(started.userId());
    BackupKey key = BackupKey.generate(new SecureRandom());
    KeyRing ring = key.deriveKeys(userId, 1);
    KeyMessage message = maker.make(userId);
    Bytes digest = WalletDigests.ofText(message.bytes());
    try (WalletSignature first = wallet.sign(digest);
        WalletSignature second = wallet.sign(digest);
        Kek kek = WalletKek.enrol(message, first, second);
        BundleContent content =
            new BundleContent(
                wallet.address().lowerCase(),
                userId,
                List.of(new VersionedKey(1, key)),
                Optional.empty())) {
      Bytes bundle =
          BundleCodec.withBuiltInSchemas()
              .encode(
                  new StoredBundle(
                      userId, 1, List.of(KeyWraps.wrap(kek, 1, message.bytes(), content))));
      return new Prepared(
          new Caller.Owner(wallet.address().lowerCase(), userId, ring.author()),
          new WalletRegistrationFinish(
              started.registrationId(),
              sign(text(started.challenge(), signer).render(), signer),
              bundle.base64Url(),
              ring.author().publicKey().raw().base64Url(),
              Optional.empty()));
    }
  }

  private interface KeyMessageMaker {
    KeyMessage make(UserId userId);
  }

  private KeyMessage today(UserId userId) {
    return KeyMessage.create(Instance.SERVER_NAME, wallet.address(), userId, new SecureRandom());
  }

  private HttpResponse<byte[]> finish(Prepared prepared) throws Exception {
    return caller.asOwner(
        prepared.owner(),
        "POST",
        ApiPaths.REGISTRATION_WALLET_FINISH,
        Caller.json(prepared.finish()));
  }

  private Caller.Owner register() throws Exception {
    Prepared prepared = prepare(wallet, this::today);
    HttpResponse<byte[]> answer = finish(prepared);
    assertEquals(200, answer.statusCode(), () -> Caller.text(answer));
    return prepared.owner();
  }

  @Test
  void registersLogsInByBothFormsAndClimbs() throws Exception {
    Caller.Owner owner = register();
    WalletProof text = sign(text(challenge(owner.username()), wallet).render(), wallet);
    LoggedIn loggedIn = Caller.read(login(text), LoggedIn.class);
    assertEquals(owner.userId().value(), loggedIn.userId());
    LoginChallenge second = challenge(wallet.address().checksummed());
    assertEquals(owner.userId().value(), second.userId());
    WalletProof typed = signTyped(typed(second), wallet);
    LoggedIn again = Caller.read(login(typed), LoggedIn.class);
    Caller.Entered entered =
        new Caller.Entered(
            again.token(),
            Bytes.fromHex(second.nonce()).slice(0, 16),
            Sha256.hash(Bytes.utf8(typed.message())));
    assertEquals(200, caller.get(ApiPaths.BUNDLE, again.token()).statusCode());
    assertTrue(!caller.possession(entered, owner).isEmpty());
  }

  @Test
  void aKeyMessageOfAnotherWordingOpensTheBundleForEver() throws Exception {
    Prepared prepared =
        prepare(
            wallet,
            userId ->
                new KeyMessage(
                    "Cairn backup key\n\nThe words of some other version, of one line.\n\nServer: "
                        + Instance.SERVER_NAME
                        + "\nAddress: "
                        + wallet.address().checksummed()
                        + "\nUser: "
                        + userId.value()
                        + "\nRandom: "
                        + "5e".repeat(32),
                    Instance.SERVER_NAME,
                    wallet.address(),
                    userId));
    assertEquals(200, finish(prepared).statusCode());
    LoggedIn in =
        Caller.read(
            login(sign(text(challenge(prepared.owner().username()), wallet).render(), wallet)),
            LoggedIn.class);
    StoredBundle stored =
        BundleCodec.withBuiltInSchemas()
            .decode(Bytes.wrap(caller.get(ApiPaths.BUNDLE, in.token()).body()));
    KeyWrap wrap = stored.wraps().get(0);
    UserId userId = prepared.owner().userId();
    KeyMessage message =
        KeyMessage.check(wrap.parameters(), Instance.SERVER_NAME, wallet.address(), userId);
    try (WalletSignature signature = wallet.sign(WalletDigests.ofText(message.bytes()));
        Kek kek = WalletKek.recover(message, signature);
        BundleContent content = KeyWraps.unwrap(kek, userId, 1, wrap)) {
      assertEquals(wallet.address().lowerCase(), content.identity());
    }
  }

  @Test
  void eachCheckOfTheTextFailsAlone() throws Exception {
    register();
    LoginChallenge c = challenge(wallet.address().lowerCase());
    String good = text(c, wallet).render();
    String proof = "401 signature_invalid";
    assertEquals(proof, refused(sign(good.replace(OWN, "evil.example"), wallet)));
    assertEquals(proof, refused(sign(good.replace(URI, "cairn://other.example"), wallet)));
    assertEquals(proof, refused(sign(good.replace("Chain ID: 1", "Chain ID: 5"), wallet)));
    assertEquals(
        proof, refused(sign(good.replace(c.nonce(), "0".repeat(64)), wallet)), "a nonce of nobody");
    assertEquals(proof, refused(sign(good.replace(c.nonce(), "short000"), wallet)));
    String issued = Instant.ofEpochSecond(now().getEpochSecond()).toString();
    assertEquals(
        proof,
        refused(
            sign(
                good.replace("Issued At: " + issued, "Issued At: " + now().plusSeconds(600)),
                wallet)),
        "issued in the future");
    assertEquals(
        proof,
        refused(sign(good.replace(end(c).toString(), end(c).plusSeconds(60).toString()), wallet)),
        "another end than the challenge's");
    assertEquals(
        "401 wrong_secret",
        refused(
            sign(
                good.replace(wallet.address().checksummed(), other.address().checksummed()),
                other)),
        "the text of another address");
    assertEquals("401 wrong_secret", refused(sign(good, other)), "signed by another key");
    assertEquals("400 malformed", refused(sign(good + "\n", wallet)));
    assertEquals(
        "400 malformed",
        refused(sign(good.replace("\nExpiration Time: " + end(c), ""), wallet)),
        "it never ends");
    WalletProof signed = sign(good, wallet);
    assertEquals("400 malformed", refused(new WalletProof("eip191", good, signed.signature())));
    assertEquals(
        "400 malformed", refused(new WalletProof("eip4361", good, "0x" + "ab".repeat(200))));
    assertEquals("400 malformed", refused(new WalletProof("eip712", good, signed.signature())));
    assertEquals(200, login(signed).statusCode(), "none of these used the challenge up");
    assertEquals(proof, refused(signed), "a challenge serves once");
  }

  @Test
  void eachCheckOfTheTypedDataFailsAlone() throws Exception {
    register();
    LoginChallenge c = challenge(wallet.address().lowerCase());
    SignInTypedData g = typed(c);
    String proof = "401 signature_invalid";
    assertEquals(proof, refused(signTyped(with(g, "evil.example", g.uri(), 1, g.nonce()), wallet)));
    assertEquals(proof, refused(signTyped(with(g, OWN, "cairn://other", 1, g.nonce()), wallet)));
    assertEquals(proof, refused(signTyped(with(g, OWN, URI, 5, g.nonce()), wallet)));
    assertEquals(proof, refused(signTyped(with(g, OWN, URI, 1, "0".repeat(64)), wallet)));
    assertEquals("401 wrong_secret", refused(signTyped(g, other)));
    assertEquals(
        "401 wrong_secret",
        refused(
            signTyped(
                new SignInTypedData(
                    OWN, other.address(), URI, 1, g.nonce(), g.issuedAt(), g.expiration()),
                other)));
    WalletProof good = signTyped(g, wallet);
    assertEquals(
        "400 malformed",
        refused(
            new WalletProof("eip712", good.message().replace("Cairn", "Other"), good.signature())));
    assertEquals(200, login(good).statusCode());
    assertEquals(proof, refused(good), "a challenge serves once");
  }

  private static SignInTypedData with(
      SignInTypedData data, String site, String uri, long chain, String nonce) {
    return new SignInTypedData(
        site, data.address(), uri, chain, nonce, data.issuedAt(), data.expiration());
  }

  @Test
  void aChallengeEndsAndIsForOneAccount() throws Exception {
    register();
    caller.register("bob", Fixture.PASSWORD);
    LoginChallenge ofBob = challenge("bob");
    assertEquals("401 signature_invalid", refused(sign(text(ofBob, wallet).render(), wallet)));
    LoginChallenge mine = challenge(wallet.address().lowerCase());
    WalletProof late = sign(text(mine, wallet).render(), wallet);
    fixture.clock.advance(Duration.ofMinutes(11));
    assertEquals("401 signature_invalid", refused(late));
  }

  @Test
  void nobodyLearnsWhichAddressesHaveABackup() throws Exception {
    LoginChallenge first = challenge(wallet.address().lowerCase());
    assertEquals(first.userId(), challenge(wallet.address().lowerCase()).userId());
    assertEquals("401 wrong_secret", refused(sign(text(first, wallet).render(), wallet)));
    caller.register("carol", Fixture.PASSWORD);
    assertEquals(
        "401 wrong_secret",
        Caller.refusal(
            caller.post(
                ApiPaths.LOGIN_WALLET,
                new WalletLogin("carol", sign(text(challenge("carol"), wallet).render(), wallet)))),
        "an account that is opened by a password");
  }

  @Test
  void anAddressIsRegisteredByItsOwnWalletOnly() throws Exception {
    assertEquals("401 wrong_secret", Caller.refusal(finish(prepare(other, this::today))));
    Prepared mine = prepare(wallet, this::today);
    assertEquals(200, finish(mine).statusCode());
    assertEquals(200, finish(mine).statusCode(), "a repeat changes nothing");
    fixture.writeGenesis(mine.owner());
    assertEquals(
        "409 username_taken",
        Caller.refusal(
            caller.post(
                ApiPaths.REGISTRATION_WALLET,
                new WalletRegistrationStart(wallet.address().lowerCase()))));
    assertEquals(
        "400 malformed",
        Caller.refusal(
            caller.post(ApiPaths.REGISTRATION_WALLET, new WalletRegistrationStart("0x1234"))));
  }

  @Test
  void anAddressIsNeverRegisteredByAPassword() throws Exception {
    Prepared prepared = prepare(wallet, this::today);
    String point = Bytes.wrap(new byte[33]).base64Url();
    HttpResponse<byte[]> answer =
        caller.asOwner(
            prepared.owner(),
            "POST",
            ApiPaths.REGISTRATION_FINISH,
            Caller.json(
                new RegistrationFinish(
                    prepared.finish().registrationId(),
                    point,
                    prepared.finish().bundle(),
                    prepared.finish().authorPublicKey(),
                    Caller.ksf(),
                    Optional.empty())));
    assertEquals(400, answer.statusCode());
    assertTrue(Caller.text(answer).contains("is one for a wallet"), () -> Caller.text(answer));
    assertEquals(200, finish(prepared).statusCode());
  }

  @Test
  void noMessageDoesMoreThanBeRefused() throws Exception {
    register();
    LoginChallenge c = challenge(wallet.address().lowerCase());
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      WalletProof good =
          random.nextBoolean()
              ? sign(text(c, wallet).render(), wallet)
              : signTyped(typed(c), wallet);
      StringBuilder message = new StringBuilder(good.message());
      for (int change = random.nextInt(3); change >= 0; change--) {
        int at = random.nextInt(message.length());
        switch (random.nextInt(3)) {
          case 0 -> message.setCharAt(at, (char) (1 + random.nextInt(0x250)));
          case 1 -> message.delete(at, Math.min(message.length(), at + random.nextInt(40)));
          default -> message.insert(at, message.charAt(random.nextInt(message.length())));
        }
      }
      if (message.toString().equals(good.message())) {
        continue;
      }
      int status =
          login(new WalletProof(good.kind(), message.toString(), good.signature())).statusCode();
      assertTrue(status == 400 || status == 401, "seed " + seed + ": " + status);
    }
  }
}
