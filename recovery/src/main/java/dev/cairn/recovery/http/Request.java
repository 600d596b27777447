package dev.cairn.recovery.http;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.databind.JsonMappingException;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.MalformedTextException;
import dev.cairn.crypto.Sha256;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.wallet.EthereumAddress;
import dev.cairn.recovery.access.RequestTarget;
import dev.cairn.recovery.access.SignedHeaders;
import dev.cairn.recovery.data.ByteRange;
import dev.cairn.recovery.refusal.Refusal;
import dev.cairn.schemas.http.ApiPaths;
import dev.cairn.schemas.http.HttpJson;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads what a request says, strictly; whatever does not fit is refused with its name. */
final class Request {
  private static final Pattern USERNAME = Pattern.compile("[a-z0-9._-]{3,32}");
  private static final Pattern INVITATION =
      Pattern.compile("[0-9a-f]{" + 2 * ApiPaths.INVITATION_BYTES + "}");
  private static final int NONCE = 32;
  private static final int SIGNATURE = 64;

  private static final int MAX_BODY = 256 << 10;
  private static final int SHOWN_PATH = 80;

  private final Context context;
  private int maxBody = MAX_BODY;
  private Optional<byte[]> read = Optional.empty();

  Request(Context context) {
    this.context = context;
  }

  /** The body as a message; the refusal says where it does not fit, and quotes nothing. */
  <T> T body(Class<T> type) throws Refusal {
    String what = "the body is not " + type.getSimpleName();
    try {
      T message = HttpJson.strict().readValue(bytes(), type);
      if (message == null) {
        throw Refusal.malformed(what + ": it is null");
      }
      return message;
    } catch (JsonMappingException e) {
      String path = path(e);
      throw Refusal.malformed(
          path.isEmpty()
              ? what
              : what + ": '" + path + "' is missing, unknown, or of a wrong type");
    } catch (JacksonException e) {
      JsonLocation at = e.getLocation();
      throw Refusal.malformed(
          what
              + ": it is not JSON"
              + (at == null
                  ? ""
                  : ", at column " + at.getColumnNr() + " of line " + at.getLineNr()));
    } catch (IOException e) {
      throw Refusal.malformed(what);
    }
  }

  private static String path(JsonMappingException e) {
    StringBuilder path = new StringBuilder();
    for (JsonMappingException.Reference each : e.getPath()) {
      String name = each.getFieldName();
      if (name != null && name.matches("[A-Za-z0-9_]{1,40}") && path.length() < SHOWN_PATH) {
        path.append(path.isEmpty() ? "" : ".").append(name);
      }
    }
    return path.toString();
  }

  /** Lets this request have a longer body than others; before anything is read of it. */
  Request allowing(int maxBytes) {
    maxBody = maxBytes;
    return this;
  }

  /** The body as it is. */
  Bytes content() throws Refusal {
    return Bytes.copyOf(bytes());
  }

  /** The body, bounded also where the client does not announce its length. */
  private byte[] bytes() throws Refusal {
    if (read.isEmpty()) {
      if (context.contentLength() > maxBody) {
        throw tooLarge();
      }
      try {
        byte[] all = context.bodyInputStream().readNBytes(maxBody + 1);
        if (all.length > maxBody) {
          throw tooLarge();
        }
        read = Optional.of(all);
      } catch (IOException e) {
        throw Refusal.malformed("the body broke off");
      }
    }
    return read.get();
  }

  private Refusal tooLarge() {
    return Refusal.tooLarge("a body has at most " + maxBody + " bytes here");
  }

  String bearer() throws Refusal {
    String header = header("Authorization");
    if (!header.startsWith("Bearer ")) {
      throw Refusal.tokenInvalid("Authorization is not 'Bearer <token>'");
    }
    return header.substring("Bearer ".length());
  }

  UserId user() throws Refusal {
    try {
      return UserId.parse(header(ApiPaths.HEADER_USER));
    } catch (IllegalArgumentException e) {
      throw Refusal.malformed(ApiPaths.HEADER_USER + " is not a user id");
    }
  }

  SignedHeaders signed() throws Refusal {
    long keyVersion = number(ApiPaths.HEADER_KEY_VERSION, header(ApiPaths.HEADER_KEY_VERSION));
    if (keyVersion < 1 || keyVersion > Integer.MAX_VALUE) {
      throw Refusal.malformed(ApiPaths.HEADER_KEY_VERSION + " is not a key version");
    }
    return new SignedHeaders(
        (int) keyVersion,
        binary(ApiPaths.HEADER_NONCE, header(ApiPaths.HEADER_NONCE), NONCE),
        number(ApiPaths.HEADER_EXPIRY, header(ApiPaths.HEADER_EXPIRY)),
        binary(ApiPaths.HEADER_SIGNATURE, header(ApiPaths.HEADER_SIGNATURE), SIGNATURE));
  }

  /** What the client signed: method, path and query as they were sent. */
  RequestTarget target() throws Refusal {
    String query = context.queryString();
    return new RequestTarget(
        context.method().name(),
        query == null ? context.path() : context.path() + "?" + query,
        bodyHash());
  }

  Bytes bodyHash() throws Refusal {
    return Sha256.hash(Bytes.copyOf(bytes()));
  }

  long query(String name) throws Refusal {
    String value = context.queryParam(name);
    if (value == null) {
      throw Refusal.malformed("the query lacks " + name);
    }
    return number(name, value);
  }

  int keyVersion() throws Refusal {
    long value = number("the key version", context.pathParam("keyVersion"));
    if (value < 1 || value > Integer.MAX_VALUE) {
      throw Refusal.malformed("not a key version");
    }
    return (int) value;
  }

  long epoch() throws Refusal {
    return number("the epoch", context.pathParam("epoch"));
  }

  String path(String name) {
    return context.pathParam(name);
  }

  /** Code of an invitation, where the client brings one. */
  Optional<String> invitation() throws Refusal {
    String code = context.header(ApiPaths.HEADER_INVITATION);
    if (code != null && !INVITATION.matcher(code).matches()) {
      throw Refusal.malformed(ApiPaths.HEADER_INVITATION + " is not the code of an invitation");
    }
    return Optional.ofNullable(code);
  }

  /** Whether the reader follows a redirect to the storage itself. */
  boolean followsToStorage() {
    return ApiPaths.DIRECT_ALLOWED.equals(context.header(ApiPaths.HEADER_DIRECT));
  }

  Optional<ByteRange> range() throws Refusal {
    String header = context.header("Range");
    if (header == null) {
      return Optional.empty();
    }
    Optional<ByteRange> range = ByteRange.parse(header);
    if (range.isEmpty()) {
      throw Refusal.malformed("Range is not 'bytes=first-last'");
    }
    return range;
  }

  static String username(String given) throws Refusal {
    if (!USERNAME.matcher(given).matches()) {
      throw Refusal.malformed("a username has 3 to 32 of a-z, 0-9, '.', '_' and '-'");
    }
    return given;
  }

  /** A username, or an address in the one spelling that is looked up. */
  static String identity(String given) throws Refusal {
    // A username may start so, too, but is shorter.
    if (given.length() == 42 && given.startsWith("0x")) {
      return address(given).lowerCase();
    }
    return username(given);
  }

  static EthereumAddress address(String given) throws Refusal {
    try {
      return EthereumAddress.parse(given);
    } catch (MalformedTextException e) {
      throw Refusal.malformed("that is not an Ethereum address: check it");
    }
  }

  static Bytes hex(String name, String text, int size) throws Refusal {
    if (text.length() != 2 * size || !text.matches("[0-9a-f]*")) {
      throw Refusal.malformed(name + " is not " + size + " bytes in lower-case hex");
    }
    return Bytes.fromHex(text);
  }

  static Bytes binary(String name, String text, int size) throws Refusal {
    Bytes bytes = binary(name, text);
    if (bytes.size() != size) {
      throw Refusal.malformed(name + " has " + bytes.size() + " bytes instead of " + size);
    }
    return bytes;
  }

  static Bytes binary(String name, String text) throws Refusal {
    try {
      return Bytes.fromBase64Url(text);
    } catch (IllegalArgumentException e) {
      throw Refusal.malformed(name + " is not base64url without padding");
    }
  }

  private String header(String name) throws Refusal {
    String value = context.header(name);
    if (value == null) {
      if (name.equals("Authorization")) {
        throw Refusal.tokenInvalid("the request lacks " + name);
      }
      throw Refusal.malformed("the request lacks " + name);
    }
    return value;
  }

  private static long number(String name, String text) throws Refusal {
    if (!text.matches("[0-9]{1,18}")) {
      throw Refusal.malformed(name + " is not a whole number");
    }
    return Long.parseLong(text);
  }
}
