package dev.cairn.e2e.wallet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.bundle.Kek;
import dev.cairn.crypto.wallet.EthereumAddress;
import dev.cairn.crypto.wallet.KeyMessage;
import dev.cairn.crypto.wallet.SignInExpectation;
import dev.cairn.crypto.wallet.SignInForm;
import dev.cairn.crypto.wallet.SignInMessage;
import dev.cairn.crypto.wallet.SignInTypedData;
import dev.cairn.crypto.wallet.SignInUri;
import dev.cairn.crypto.wallet.WalletSignature;
import dev.cairn.keyserver.error.MalformedInputException;
import dev.cairn.keyserver.wallet.EnrolledWallet;
import dev.cairn.keyserver.wallet.LoginRequest;
import dev.cairn.keyserver.wallet.PageSigner;
import dev.cairn.keyserver.wallet.SignedLogin;
import dev.cairn.keyserver.wallet.WalletKeys;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The wallet's page in a real browser, with wallets that sign by viem and ethers. */
final class WalletPageIT {
  private static final String KEY =
      "0x4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318";
  private static final String OTHER_KEY =
      "0x5c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318";
  private static final EthereumAddress ADDRESS =
      EthereumAddress.parse("0x2c7536E3605D9C16a7a3D7b1898e529396a65c23");
  private static final String SERVER = "backup.example.org";
  private static final UserId USER = UserId.random(new SecureRandom());
  private static final String NONCE = "0123456789abcdef0123456789abcdef";

  /** Where the pictures go that the documents show. */
  private static final Path PICTURES = Path.of("target", "wallet-page");

  @TempDir static Path scratch;
  private static Browser browser;

  @BeforeAll
  static void start() throws Exception {
    browser = Browser.start(scratch);
  }

  @AfterAll
  static void stop() throws Exception {
    if (browser != null) {
      browser.close();
    }
  }

  private static LoginRequest request() {
    return new LoginRequest(
        SignInUri.of(SERVER),
        1,
        NONCE,
        Instant.now().truncatedTo(ChronoUnit.SECONDS).plus(Duration.ofMinutes(10)));
  }

  private static <T> CompletableFuture<T> beside(Callable<T> work) {
    CompletableFuture<T> future = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            future.complete(work.call());
          } catch (Throwable e) {
            future.completeExceptionally(e);
          }
        });
    return future;
  }

  private static <T> T await(CompletableFuture<T> future) throws Exception {
    return future.get(3, TimeUnit.MINUTES);
  }

  private static void verify(SignedLogin login) throws Exception {
    SignInExpectation expected =
        new SignInExpectation(
            ADDRESS, SignInUri.of(SERVER), 1, NONCE, Duration.ofMinutes(10), Clock.systemUTC());
    try (WalletSignature signature = WalletSignature.of(login.signature().toByteArray())) {
      if (login.form() == SignInForm.EIP_4361) {
        SignInMessage.verify(login.message(), signature, expected);
      } else {
        SignInTypedData.parse(login.message()).verify(signature, expected);
      }
    }
  }

  @Test
  void enrolsAWalletAndRecoversWithIt() throws Exception {
    Bytes parameters;
    try (PageSigner signer = PageSigner.serve(PageSigner.Purpose.ENROL, SERVER)) {
      CompletableFuture<SignedLogin> login = beside(() -> signer.signLogin(request()));
      browser.open(
          signer.page(),
          List.of(
              Browser.wallet("Example Wallet", KEY),
              Map.of("name", "Another Wallet", "key", OTHER_KEY)));
      browser.title("Choose your wallet");
      Files.createDirectories(PICTURES);
      picture("choose");
      assertFalse(
          browser.run("address", Map.of()).textValue().contains("#"),
          "the token does not stay in the address");
      browser.click("Example Wallet");
      browser.title("Sign in");
      assertEquals("title", browser.run("focused", Map.of()).textValue());
      picture("login");
      browser.click("Sign in");
      verify(await(login));
      CompletableFuture<EnrolledWallet> enrolled =
          beside(() -> WalletKeys.enrol(signer, SERVER, USER, new SecureRandom()));
      browser.title("Sign for the key");
      picture("key");
      browser.run("scheme", Map.of("scheme", "dark"));
      picture("key-dark");
      browser.run("scheme", Map.of("scheme", "light"));
      assertTrue(
          browser.run("narrow", Map.of("width", 360, "height", 740)).intValue() <= 360,
          "it fits a small screen");
      browser.run("narrow", Map.of("width", 860, "height", 900));
      browser.click("Sign for the key");
      browser.title("Once more, to be sure");
      browser.click("Sign again");
      try (EnrolledWallet wallet = await(enrolled)) {
        assertEquals(ADDRESS, wallet.address());
        parameters = wallet.parameters();
      }
      signer.succeeded();
      browser.title("Your wallet is enrolled");
      browser.expect("You may close this window.");
      picture("done");
      JsonNode signed = browser.run("signed", Map.of("at", 0));
      assertEquals(3, signed.size(), "one login and the key's text twice");
      assertEquals(
          new String(parameters.toByteArray(), StandardCharsets.UTF_8), signed.get(2).textValue());
      assertEquals(0, browser.run("console", Map.of()).size(), "nothing was blocked or failed");
    }
    try (PageSigner signer = PageSigner.serve(PageSigner.Purpose.RECOVER, SERVER)) {
      CompletableFuture<Kek> kek =
          beside(() -> {
            verify(signer.signLogin(request()));
            return WalletKeys.recover(signer, parameters, SERVER, USER);
          });
      browser.open(
          signer.page(), List.of(Map.of("name", "Ethers", "key", KEY, "library", "ethers")));
      browser.click("Ethers");
      browser.click("Sign as typed data instead");
      browser.click("Sign for the key");
      await(kek).close();
      signer.succeeded();
      browser.title("Your wallet has signed");
    }
  }

  private static void picture(String name) {
    browser.run(
        "screenshot", Map.of("path", PICTURES.resolve(name + ".png").toAbsolutePath().toString()));
  }

  @Test
  void whoRefusesInTheWalletMayTryAgain() throws Exception {
    try (PageSigner signer = PageSigner.serve(PageSigner.Purpose.ENROL, SERVER)) {
      CompletableFuture<SignedLogin> login = beside(() -> signer.signLogin(request()));
      browser.open(signer.page(), List.of(Map.of("name", "W", "key", KEY, "refusals", 1)));
      browser.click("W");
      browser.click("Sign in");
      browser.expect("You refused in the wallet. Nothing was signed; you can try again.");
      browser.click("Sign in");
      verify(await(login));
    }
  }

  @Test
  void whoCancelsEndsIt() throws Exception {
    try (PageSigner signer = PageSigner.serve(PageSigner.Purpose.ENROL, SERVER)) {
      CompletableFuture<EthereumAddress> address = beside(signer::address);
      browser.open(
          signer.page(), List.of(Map.of("name", "W", "key", KEY, "behaviour", "refuse-account")));
      browser.click("W");
      browser.expect("You refused in the wallet. Nothing was signed.");
      browser.click("Cancel");
      ExecutionException e = assertThrows(ExecutionException.class, () -> await(address));
      assertInstanceOf(MalformedInputException.class, e.getCause());
    }
    browser.title("This did not work");
  }

  @Test
  void withoutAWalletThePageSaysWhatToDo() throws Exception {
    try (PageSigner signer = PageSigner.serve(PageSigner.Purpose.ENROL, SERVER)) {
      CompletableFuture<EthereumAddress> address = beside(signer::address);
      browser.open(signer.page(), List.of());
      browser.title("No wallet found");
      browser.expect("--wallet-keyfile");
      browser.click("Look again");
      browser.click("Cancel");
      assertThrows(ExecutionException.class, () -> await(address));
    }
  }

  @Test
  void anotherAccountIsNoticedBeforeAndAfterItSigns() throws Exception {
    try (PageSigner signer = PageSigner.serve(PageSigner.Purpose.ENROL, SERVER)) {
      CompletableFuture<SignedLogin> login = beside(() -> signer.signLogin(request()));
      browser.open(
          signer.page(),
          List.of(
              Map.of("name", "W", "key", KEY, "other", OTHER_KEY, "behaviour", "another-signs")));
      browser.click("W");
      browser.click("Sign in");
      browser.expect("The wallet signed with another account than " + ADDRESS);
      browser.click("Sign in");
      verify(await(login));
    }
    try (PageSigner signer = PageSigner.serve(PageSigner.Purpose.ENROL, SERVER)) {
      CompletableFuture<SignedLogin> login = beside(() -> signer.signLogin(request()));
      browser.open(
          signer.page(),
          List.of(Map.of("name", "W", "key", KEY, "other", OTHER_KEY, "behaviour", "moved")));
      browser.click("W");
      browser.click("Sign in");
      browser.expect("The wallet is at another account.");
      browser.click("Choose the account");
      browser.click("Sign in");
      verify(await(login));
    }
  }

  @Test
  void whereTheWalletShowsSeveralAccountsOneIsChosen() throws Exception {
    try (PageSigner signer = PageSigner.serve(PageSigner.Purpose.RECOVER, SERVER)) {
      CompletableFuture<EthereumAddress> address = beside(signer::address);
      browser.open(
          signer.page(), List.of(Map.of("name", "W", "key", KEY, "others", List.of(OTHER_KEY))));
      browser.click("W");
      browser.title("Choose an account");
      browser.click(ADDRESS.checksummed());
      assertEquals(ADDRESS, await(address));
    }
  }

  @Test
  void anotherNetworkIsSwitched() throws Exception {
    try (PageSigner signer = PageSigner.serve(PageSigner.Purpose.ENROL, SERVER)) {
      CompletableFuture<SignedLogin> login = beside(() -> signer.signLogin(request()));
      browser.open(
          signer.page(),
          List.of(
              Map.of("name", "W", "key", KEY, "chain", 11155111, "behaviour", "refuse-switch")));
      browser.click("W");
      browser.click("Sign in");
      browser.expect("The wallet is on another network.");
      browser.click("Switch to Ethereum Mainnet (chain 1)");
      browser.expect("You refused to switch.");
      browser.click("Switch to Ethereum Mainnet (chain 1)");
      browser.click("Sign in");
      verify(await(login));
    }
  }

  @Test
  void aWalletThatSignsDifferentlyEachTimeIsNotEnrolled() throws Exception {
    try (PageSigner signer = PageSigner.serve(PageSigner.Purpose.ENROL, SERVER)) {
      CompletableFuture<EnrolledWallet> enrolled =
          beside(() -> WalletKeys.enrol(signer, SERVER, USER, new SecureRandom()));
      browser.open(signer.page(), List.of(Map.of("name", "W", "key", KEY, "behaviour", "hedged")));
      browser.click("W");
      browser.click("Sign for the key");
      browser.click("Sign again");
      browser.title("This did not work");
      browser.expect("signed the same text twice with different results");
      ExecutionException e = assertThrows(ExecutionException.class, () -> await(enrolled));
      assertInstanceOf(MalformedInputException.class, e.getCause());
    }
  }

  @Test
  void aContractWalletIsToldThatItCannotBeUsed() throws Exception {
    try (PageSigner signer = PageSigner.serve(PageSigner.Purpose.ENROL, SERVER)) {
      CompletableFuture<EnrolledWallet> enrolled =
          beside(() -> WalletKeys.enrol(signer, SERVER, USER, new SecureRandom()));
      browser.open(
          signer.page(), List.of(Map.of("name", "W", "key", KEY, "behaviour", "contract")));
      browser.click("W");
      browser.click("Sign for the key");
      browser.expect("Contract wallets do that; they cannot be used.");
      browser.click("Cancel");
      assertThrows(ExecutionException.class, () -> await(enrolled));
    }
  }

  @Test
  void anAlteredKeyMessageNeverReachesTheWallet() throws Exception {
    try (PageSigner signer = PageSigner.serve(PageSigner.Purpose.RECOVER, SERVER)) {
      KeyMessage message = KeyMessage.create("evil.example", ADDRESS, USER, new SecureRandom());
      CompletableFuture<Kek> kek =
          beside(() -> WalletKeys.recover(signer, message.bytes(), SERVER, USER));
      browser.open(signer.page(), List.of(Browser.wallet("W", KEY)));
      browser.click("W");
      browser.title("This did not work");
      browser.expect("it is for another server");
      assertThrows(ExecutionException.class, () -> await(kek));
      assertEquals(0, browser.run("signed", Map.of("at", 0)).size());
    }
  }

  @Test
  void theWrongWalletAtRecoveryIsAWrongSecret() throws Exception {
    Bytes parameters =
        KeyMessage.create(
                SERVER,
                EthereumAddress.parse("0x000000000000000000000000000000000000dEaD"),
                USER,
                new SecureRandom())
            .bytes();
    try (PageSigner signer = PageSigner.serve(PageSigner.Purpose.RECOVER, SERVER)) {
      CompletableFuture<Kek> kek =
          beside(() -> WalletKeys.recover(signer, parameters, SERVER, USER));
      browser.open(signer.page(), List.of(Browser.wallet("W", KEY)));
      browser.click("W");
      browser.title("This did not work");
      browser.expect("it is for another address");
      assertThrows(ExecutionException.class, () -> await(kek));
    }
  }

  @Test
  void theAddressServesOnceAndTheWindowMayBeReloaded() throws Exception {
    try (PageSigner signer = PageSigner.serve(PageSigner.Purpose.ENROL, SERVER)) {
      CompletableFuture<SignedLogin> login = beside(() -> signer.signLogin(request()));
      browser.open(signer.page(), List.of(Browser.wallet("W", KEY)));
      browser.title("Choose your wallet");
      assertTrue(
          browser
              .run("second", Map.of("url", signer.page().toString()))
              .textValue()
              .contains("has been opened already"));
      browser.click("W");
      browser.title("Sign in");
      browser.run("reload", Map.of());
      browser.click("W");
      browser.click("Sign in");
      verify(await(login));
    }
    browser.title("This did not work");
  }

  @Test
  void otherSitesAndOtherNamesGetNothing() throws Exception {
    HttpServer evil =
        HttpServer.create(
            new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 0);
    evil.createContext(
        "/",
        exchange -> {
          byte[] page = "<title>evil</title>".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, page.length);
          exchange.getResponseBody().write(page);
          exchange.close();
        });
    evil.start();
    try (PageSigner signer = PageSigner.serve(PageSigner.Purpose.ENROL, SERVER)) {
      browser.open(signer.page(), List.of());
      URI page = signer.page();
      String origin = "http://localhost:" + page.getPort();
      String claim = "{\"token\":\"" + page.getFragment() + "\"}";
      String answer =
          browser
              .run(
                  "elsewhere",
                  Map.of(
                      "url", "http://localhost:" + evil.getAddress().getPort() + "/",
                      "target", origin + "/claim",
                      "options",
                          Map.of(
                              "method",
                              "POST",
                              "headers",
                              Map.of("Content-Type", "application/json"),
                              "body",
                              claim)))
              .textValue();
      assertTrue(answer.contains("TypeError"), answer);
      assertEquals(
          403,
          post(origin, "/claim", claim, Map.of("Origin", "https://evil.example")).statusCode());
      assertEquals(403, post(origin, "/claim", claim, Map.of()).statusCode());
      assertEquals(
          401, post(origin, "/next", "{\"after\":-1}", Map.of("Origin", origin)).statusCode());
      assertEquals(
          403,
          post("http://127.0.0.1:" + page.getPort(), "/claim", claim, Map.of("Origin", origin))
              .statusCode(),
          "by another name, as DNS rebinding does");
      assertEquals(
          409,
          post(origin, "/claim", claim, Map.of("Origin", origin)).statusCode(),
          "the page had it");
    } finally {
      evil.stop(0);
    }
  }

  private static HttpResponse<String> post(
      String at, String path, String body, Map<String, String> headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(at + path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8));
    headers.forEach(request::header);
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    }
  }
}
