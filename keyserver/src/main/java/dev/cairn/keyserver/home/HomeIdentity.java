package dev.cairn.keyserver.home;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.crypto.UserId;
import dev.cairn.keyserver.error.MalformedInputException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;

/**
 * Who a home belongs to and as which writer it acts. Nothing in it is secret.
 *
 * @param userId the account
 * @param username as registered
 * @param serverName the pinned name that went into the password's key; it never changes with the
 *     URL
 * @param serviceUrl where the recovery service answers
 * @param certificateAuthority PEM text of a private CA, if the service has one
 * @param keyVersion of the backup key, from 1
 * @param epoch that this home may write in, from 1
 * @param readOnly for drills: a home that refuses writes
 */
public record HomeIdentity(
    UserId userId,
    String username,
    String serverName,
    URI serviceUrl,
    Optional<String> certificateAuthority,
    int keyVersion,
    long epoch,
    boolean readOnly) {

  private static final int FORMAT_VERSION = 1;
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);
  private static final Set<String> FIELDS =
      Set.of(
          "formatVersion",
          "userId",
          "username",
          "serverName",
          "serviceUrl",
          "certificateAuthority",
          "keyVersion",
          "epoch",
          "readOnly");

  /** Checks the ranges. */
  public HomeIdentity {
    if (keyVersion < 1 || epoch < 1) {
      throw new IllegalArgumentException(
          "Key version " + keyVersion + " and epoch " + epoch + " count from 1");
    }
  }

  /** The same home in another epoch, under a key of that version. */
  public HomeIdentity at(int nextKeyVersion, long nextEpoch) {
    return new HomeIdentity(
        userId,
        username,
        serverName,
        serviceUrl,
        certificateAuthority,
        nextKeyVersion,
        nextEpoch,
        readOnly);
  }

  byte[] toJson() {
    ObjectNode json = JSON.createObjectNode();
    json.put("formatVersion", FORMAT_VERSION);
    json.put("userId", userId.value());
    json.put("username", username);
    json.put("serverName", serverName);
    json.put("serviceUrl", serviceUrl.toString());
    certificateAuthority.ifPresent(pem -> json.put("certificateAuthority", pem));
    json.put("keyVersion", keyVersion);
    json.put("epoch", epoch);
    json.put("readOnly", readOnly);
    return (json.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
  }

  static HomeIdentity fromJson(byte[] bytes) {
    try {
      JsonNode json = JSON.readTree(bytes);
      if (!json.isObject()) {
        throw new MalformedInputException("The identity of the home is not a JSON object");
      }
      int format = number(json, "formatVersion").intValue();
      if (format != FORMAT_VERSION) {
        throw new MalformedInputException(
            "The home has format "
                + format
                + ", this program knows "
                + FORMAT_VERSION
                + ": use a newer program");
      }
      for (Iterator<String> names = json.fieldNames(); names.hasNext(); ) {
        String name = names.next();
        if (!FIELDS.contains(name)) {
          throw new MalformedInputException(
              "The identity of the home has an unknown field: " + name);
        }
      }
      JsonNode readOnly = json.get("readOnly");
      if (readOnly == null || !readOnly.isBoolean()) {
        throw new MalformedInputException("The identity of the home lacks readOnly");
      }
      return new HomeIdentity(
          UserId.parse(text(json, "userId")),
          text(json, "username"),
          text(json, "serverName"),
          URI.create(text(json, "serviceUrl")),
          json.has("certificateAuthority")
              ? Optional.of(text(json, "certificateAuthority"))
              : Optional.empty(),
          number(json, "keyVersion").intValue(),
          number(json, "epoch").longValue(),
          readOnly.booleanValue());
    } catch (JsonProcessingException e) {
      throw new MalformedInputException(
          "The identity of the home is not JSON: " + e.getOriginalMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new MalformedInputException(
          "The identity of the home is malformed: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new MalformedInputException("The identity of the home cannot be read", e);
    }
  }

  private static String text(JsonNode json, String name) {
    JsonNode node = json.get(name);
    if (node == null || !node.isTextual()) {
      throw new MalformedInputException("The identity of the home lacks " + name);
    }
    return node.textValue();
  }

  private static Number number(JsonNode json, String name) {
    JsonNode node = json.get(name);
    if (node == null || !node.isIntegralNumber()) {
      throw new MalformedInputException("The identity of the home lacks " + name);
    }
    return node.longValue();
  }
}
