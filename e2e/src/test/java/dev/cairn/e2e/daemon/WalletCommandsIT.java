package dev.cairn.e2e.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.e2e.support.CairnProcess.Outcome;
import dev.cairn.e2e.support.LocalProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An Ethereum wallet in a keystore instead of a password, as an owner uses it. */
final class WalletCommandsIT {
  /** A test vector of the Web3 Secret Storage Definition; its password is {@code testpassword}. */
  private static final String KEYSTORE =
      """
      {"crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"6087dab2f9fdbbfaddc31a909735c1e6"},
      "ciphertext":"5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46","kdf":"pbkdf2",
      "kdfparams":{"c":262144,"dklen":32,"prf":"hmac-sha256",
      "salt":"ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd"},
      "mac":"517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2"},
      "id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3}
      """;

  private static final String NAME = "0x008AeEda4D805471dF9b2A5B0f38A0C3bCBA786b";

  /** Another account, made by ethers; the same password. */
  private static final String OTHER =
      """
      {"address":"2c7536e3605d9c16a7a3d7b1898e529396a65c23","id":"c07e0ad2-6894-4514-a75e-558273566132","version":3,
      "Crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"bb55157ff5362f291ac0734da4a56664"},
      "ciphertext":"2bff3fbf6a701212d92028778ee2868444a5a00d36c06cd76a5a11562dd7ed6a","kdf":"scrypt",
      "kdfparams":{"salt":"e66a864a6b8884d1e96b8124e914fb89f21bf21e1b32495fd2188617b448976f","n":16384,"dklen":32,"p":1,"r":8},
      "mac":"b1f8925a3f49c51f90be76445edd70bce88e5da99cdfe96855183e6de0566429"}}
      """;

  private static final String LINE =
      "{\"ops\":[{\"put\":{\"collection\":\"c\",\"id\":\"i\",\"value\":\"kept\"}}]}\n";

  @TempDir Path directory;
  private String config = "";
  private String password = "";

  private String path(String name) {
    return directory.resolve(name).toString();
  }

  private String file(String name, String content) throws Exception {
    return Files.writeString(directory.resolve(name), content).toString();
  }

  private Outcome wallet(String command, String home, String keyfile, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "keyserver",
                command,
                "--home",
                path(home),
                "--config",
                config,
                "--wallet-keyfile",
                keyfile,
                "--wallet-password-file",
                password));
    arguments.addAll(List.of(more));
    return Commands.run(arguments.toArray(String[]::new));
  }

  private static void expect(int exit, Outcome outcome) {
    assertEquals(exit, outcome.exit(), outcome.out() + outcome.err());
  }

  private void holdsWhatWasWritten(String home) {
    Outcome value = Commands.run("keyserver", "get", "--home", path(home), "c", "i");
    assertEquals("\"kept\"", value.out().strip(), value.err());
  }

  @Test
  void whoeverOwnsTheWalletGetsTheBackupAndNobodyElse() throws Exception {
    String mine = file("mine.json", KEYSTORE);
    String other = file("other.json", OTHER);
    password = file("password", "testpassword");
    String printed = path("printed");
    try (LocalProcess stack =
        LocalProcess.start(directory.resolve("stack"), directory.resolve("logs"))) {
      config = stack.ownerProperties();
      expect(0, wallet("init", "home", mine, "--recovery-key-file", printed));
      expect(2, wallet("init", "again", mine, "--recovery-key-file", path("printed-again")));
      expect(0, Commands.withInput(LINE, "keyserver", "apply", "--home", path("home"), "-"));

      // The machine is lost: all that is left is the wallet.
      expect(0, wallet("recover", "two", mine));
      holdsWhatWasWritten("two");
      expect(7, Commands.withInput(LINE, "keyserver", "apply", "--home", path("home"), "-"));

      expect(3, wallet("recover", "none", other));
      assertFalse(Files.exists(directory.resolve("none")));
      String right = password;
      password = file("wrong", "testpasswore");
      expect(3, wallet("recover", "none", mine));
      password = right;
      assertFalse(Files.exists(directory.resolve("none")));

      // A wallet's next version may sign differently: the printed key opens the same backup.
      expect(
          0,
          Commands.run(
              "keyserver",
              "recover",
              "--home",
              path("three"),
              "--config",
              config,
              "--username",
              NAME,
              "--recovery-key-file",
              printed,
              "--read-only"));
      holdsWhatWasWritten("three");
      Outcome audit = Commands.run("keyserver", "audit", "--home", path("two"));
      expect(0, audit);
      assertTrue(audit.out().contains("takeover"), audit.out());

      goesOverToAPasswordAndBack(mine, other, printed);
    }
  }

  private void goesOverToAPasswordAndBack(String mine, String other, String printed)
      throws Exception {
    String chosen = file("chosen", "zanzibar-quokka-marmalade-1947");
    String[] byWallet = {
      "keyserver",
      "passwd",
      "--home",
      path("two"),
      "--wallet-keyfile",
      mine,
      "--wallet-password-file",
      password,
      "--recovery-key-file",
      printed
    };
    expect(2, Commands.run(byWallet)); // to what?
    expect(0, Commands.run(with(byWallet, "--new-password-file", chosen)));
    expect(3, wallet("recover", "none", mine));
    assertFalse(Files.exists(directory.resolve("none")));
    expect(0, byPassword("four", chosen));
    holdsWhatWasWritten("four");

    String[] back = {
      "keyserver",
      "passwd",
      "--home",
      path("two"),
      "--password-file",
      chosen,
      "--recovery-key-file",
      printed,
      "--to-wallet-keyfile",
      other,
      "--to-wallet-password-file",
      password
    };
    expect(0, Commands.run(back));
    expect(3, byPassword("none", chosen));
    // The account keeps its name, which is the address of the wallet before.
    expect(3, wallet("recover", "none", mine, "--username", NAME, "--read-only"));
    expect(0, wallet("recover", "five", other, "--username", NAME, "--read-only"));
    holdsWhatWasWritten("five");
    // The keyserver that ran through all of it still writes.
    expect(0, Commands.withInput(LINE, "keyserver", "apply", "--home", path("two"), "-"));
  }

  private Outcome byPassword(String home, String passwordFile) {
    return Commands.run(
        "keyserver",
        "recover",
        "--home",
        path(home),
        "--config",
        config,
        "--username",
        NAME,
        "--password-file",
        passwordFile,
        "--read-only");
  }

  private static String[] with(String[] arguments, String... more) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }
}
