package dev.cairn.cli.keyserver;

import com.google.zxing.BarcodeFormat;
import com.google.zxing.EncodeHintType;
import com.google.zxing.WriterException;
import com.google.zxing.common.BitMatrix;
import com.google.zxing.qrcode.QRCodeWriter;
import dev.cairn.cli.input.PasswordOption;
import dev.cairn.cli.input.SecretFile;
import dev.cairn.cli.input.SecretOption;
import dev.cairn.cli.output.CommandFailedException;
import dev.cairn.cli.output.ExitCodes;
import dev.cairn.cli.output.Json;
import dev.cairn.cli.output.JsonOption;
import dev.cairn.cli.output.Streams;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.keyserver.recover.NewFactor;
import dev.cairn.keyserver.recover.Proof;
import dev.cairn.keyserver.service.AccountSummary;
import dev.cairn.keyserver.service.OwnerPort;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The second factor: codes of an authenticator (TOTP), and recovery codes in their place. */
@Command(
    name = "factor",
    mixinStandardHelpOptions = true,
    description = "Adds, removes and shows the account's second factor.")
final class FactorCommand {
  private static final int SECRET_BYTES = 20;
  private static final int CODES = 10;
  private static final int CODE_LENGTH = 10;
  private static final String BASE_32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final String CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

  private FactorCommand() {}

  static CommandLine of(Streams streams) {
    return new CommandLine(new FactorCommand())
        .addSubcommand(new Add(streams))
        .addSubcommand(new Remove(streams))
        .addSubcommand(new Codes(streams))
        .addSubcommand(new Show(streams));
  }

  private static List<String> newCodes() {
    SecureRandom random = new SecureRandom();
    List<String> codes = new ArrayList<>();
    while (codes.size() < CODES) {
      StringBuilder code = new StringBuilder();
      for (int i = 0; i < CODE_LENGTH; i++) {
        code.append(i == CODE_LENGTH / 2 ? "-" : "")
            .append(CROCKFORD.charAt(random.nextInt(CROCKFORD.length())));
      }
      if (!codes.contains(code.toString())) {
        codes.add(code.toString());
      }
    }
    return codes;
  }

  private static void requireTotp(String which) {
    if (!which.equals("totp")) {
      throw CommandFailedException.malformed(
          "There is no second factor '" + which + "'", "The one that there is, is totp.");
    }
  }

  @Command(
      name = "add",
      mixinStandardHelpOptions = true,
      description = {
        "Adds an authenticator: shows its secret as a QR code and as text, writes recovery codes",
        "into a file, and asks for the code that the authenticator shows."
      })
  static final class Add implements Callable<Integer> {
    private final Streams streams;

    @Mixin private HomeOption home;
    @Mixin private SecretOption secret;

    @CommandLine.Parameters(paramLabel = "FACTOR", description = "totp")
    private String which;

    @Option(
        names = "--codes-file",
        required = true,
        paramLabel = "FILE",
        description = "Recovery codes are written into this file, which must not exist.")
    private Path codesFile;

    @Option(
        names = "--new-code-file",
        paramLabel = "FILE",
        description = {
          "File that holds what the new authenticator shows, read after its secret was printed;",
          "- reads standard input. Without this option you are asked."
        })
    private @Nullable String newCode;

    Add(Streams streams) {
      this.streams = streams;
    }

    @Override
    public Integer call() throws IOException {
      requireTotp(which);
      HomeAccount account = new HomeAccount(home.home);
      String name = account.name();
      byte[] fresh = new byte[SECRET_BYTES];
      new SecureRandom().nextBytes(fresh);
      try (Proof proof = secret.proof(streams);
          SecretBytes totp = SecretBytes.takeOwnershipOf(fresh)) {
        List<String> codes = newCodes();
        SecretFile.write(codesFile, String.join("\n", codes) + "\n");
        account.change(change ->
            change.factor(proof, new NewFactor.Totp(totp, codes, () -> shown(name, totp))));
      }
      streams.line("the second factor is asked for from now on");
      streams.flushed();
      return ExitCodes.DONE;
    }

    private String shown(String name, SecretBytes totp) {
      String text = base32(totp);
      if (streams.terminalOut()) {
        streams.line(qr("otpauth://totp/Cairn:" + name + "?secret=" + text + "&issuer=Cairn"));
      }
      streams.line("secret " + text);
      streams.out().flush();
      try (SecretBytes code =
          newCode == null
              ? PasswordOption.typed(
                  "Code that the authenticator shows: ",
                  "Give --new-code-file FILE, or - to read it from standard input.")
              : PasswordOption.ofFile(newCode, streams)) {
        byte[] bytes = code.copyMaterial();
        try {
          return new String(bytes, StandardCharsets.UTF_8).strip();
        } finally {
          Arrays.fill(bytes, (byte) 0);
        }
      } catch (IOException e) {
        throw CommandFailedException.malformed(
            "The code cannot be read from " + newCode, "Name the file that holds it.");
      }
    }
  }

  // RFC 4648, 20 bytes: no padding.
  private static String base32(SecretBytes secret) {
    byte[] bytes = secret.copyMaterial();
    StringBuilder text = new StringBuilder();
    int bits = 0;
    int buffer = 0;
    for (byte each : bytes) {
      buffer = buffer << 8 | (each & 0xff);
      bits += 8;
      while (bits >= 5) {
        bits -= 5;
        text.append(BASE_32.charAt((buffer >>> bits) & 31));
      }
      buffer &= (1 << bits) - 1;
    }
    Arrays.fill(bytes, (byte) 0);
    return text.toString();
  }

  /** Two rows of the code in one of text: dark on light, whatever the terminal's colours are. */
  static String qr(String content) {
    try {
      BitMatrix code =
          new QRCodeWriter()
              .encode(content, BarcodeFormat.QR_CODE, 0, 0, Map.of(EncodeHintType.MARGIN, 2));
      StringBuilder text = new StringBuilder();
      for (int y = 0; y < code.getHeight(); y += 2) {
        text.append("\u001b[30;107m");
        for (int x = 0; x < code.getWidth(); x++) {
          boolean upper = code.get(x, y);
          boolean lower = y + 1 < code.getHeight() && code.get(x, y + 1);
          text.append(upper ? lower ? '█' : '▀' : lower ? '▄' : ' ');
        }
        text.append("\u001b[0m\n");
      }
      return text.toString();
    } catch (WriterException e) {
      throw new IllegalStateException("an address of this length has a code", e);
    }
  }

  @Command(
      name = "remove",
      mixinStandardHelpOptions = true,
      description = "Asks for no second factor any more.")
  static final class Remove implements Callable<Integer> {
    private final Streams streams;

    @Mixin private HomeOption home;
    @Mixin private SecretOption secret;

    @CommandLine.Parameters(paramLabel = "FACTOR", description = "totp")
    private String which;

    Remove(Streams streams) {
      this.streams = streams;
    }

    @Override
    public Integer call() throws IOException {
      requireTotp(which);
      HomeAccount account = new HomeAccount(home.home);
      try (Proof proof = secret.proof(streams)) {
        account.change(change -> change.factor(proof, new NewFactor.None()));
      }
      streams.line("no second factor is asked for any more");
      streams.flushed();
      return ExitCodes.DONE;
    }
  }

  @Command(
      name = "codes",
      mixinStandardHelpOptions = true,
      description = "Makes new recovery codes in place of those before.")
  static final class Codes implements Callable<Integer> {
    private final Streams streams;

    @Mixin private HomeOption home;
    @Mixin private SecretOption secret;

    @Option(
        names = "--codes-file",
        required = true,
        paramLabel = "FILE",
        description = "They are written into this file, which must not exist.")
    private Path codesFile;

    Codes(Streams streams) {
      this.streams = streams;
    }

    @Override
    public Integer call() throws IOException {
      HomeAccount account = new HomeAccount(home.home);
      try (Proof proof = secret.proof(streams)) {
        List<String> codes = newCodes();
        SecretFile.write(codesFile, String.join("\n", codes) + "\n");
        account.change(change -> change.factor(proof, new NewFactor.Codes(codes)));
      }
      streams.line("the new recovery codes are in force");
      streams.flushed();
      return ExitCodes.DONE;
    }
  }

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Says what opens the account, and what is asked for besides.")
  static final class Show implements Callable<Integer> {
    private final Streams streams;

    @Mixin private HomeOption home;
    @Mixin private JsonOption json;

    Show(Streams streams) {
      this.streams = streams;
    }

    @Override
    public Integer call() throws IOException {
      AccountSummary account = new HomeAccount(home.home).ask(OwnerPort::account);
      if (json.json) {
        var out = Json.object().put("recoveryCodesLeft", account.recoveryCodesLeft());
        account.logins().forEach(out.putArray("logins")::add);
        account.factors().forEach(out.putArray("factors")::add);
        streams.line(out.toString());
      } else {
        streams.line("opened by " + String.join(", ", account.logins()));
        streams.line(
            account.factors().isEmpty()
                ? "no second factor"
                : "second factor "
                    + String.join(", ", account.factors())
                    + "; "
                    + account.recoveryCodesLeft()
                    + " recovery codes are left");
      }
      streams.flushed();
      return ExitCodes.DONE;
    }
  }
}
