package dev.cairn.recovery.accounts;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Sha256;
import dev.cairn.crypto.UserId;
import java.io.IOException;

/**
 * A checkpoint's bytes: {@code SHA-256 of the rest (32) ‖ JSON {version, offset, state}}. The
 * digest finds damage; the storage is not an adversary to the service that owns it.
 */
final class CheckpointCodec {
  private static final int VERSION = 1;

  /** State after every command before {@code offset}. */
  record Checkpoint(int version, long offset, AccountsSnapshot state) {}

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .addModule(
              new SimpleModule()
                  .addSerializer(Bytes.class, new BytesWriter())
                  .addDeserializer(Bytes.class, new BytesReader())
                  .addSerializer(UserId.class, new UserIdWriter())
                  .addDeserializer(UserId.class, new UserIdReader()))
          .addMixIn(Outcome.class, OutcomeNames.class)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .build();

  private CheckpointCodec() {}

  static Bytes encode(long offset, AccountsSnapshot state) {
    try {
      Bytes body = Bytes.wrap(JSON.writeValueAsBytes(new Checkpoint(VERSION, offset, state)));
      return Bytes.concat(Sha256.hash(body), body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the state of the accounts cannot be written", e);
    }
  }

  /** Reads it back; {@link IOException} when it is damaged or of a later version. */
  static Checkpoint decode(Bytes stored) throws IOException {
    if (stored.size() < Sha256.SIZE) {
      throw new IOException("too short for a checkpoint");
    }
    Bytes body = stored.slice(Sha256.SIZE, stored.size());
    if (!Sha256.hash(body).equals(stored.slice(0, Sha256.SIZE))) {
      throw new IOException("the checkpoint is damaged");
    }
    Checkpoint checkpoint = JSON.readValue(body.toByteArray(), Checkpoint.class);
    if (checkpoint.version() != VERSION) {
      throw new IOException("checkpoint version " + checkpoint.version());
    }
    return checkpoint;
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Outcome.Done.class, name = "done"),
    @JsonSubTypes.Type(value = Outcome.Registered.class, name = "registered"),
    @JsonSubTypes.Type(value = Outcome.UsernameTaken.class, name = "username-taken"),
    @JsonSubTypes.Type(value = Outcome.NoRoom.class, name = "no-room"),
    @JsonSubTypes.Type(value = Outcome.GuessCounted.class, name = "guess-counted"),
    @JsonSubTypes.Type(value = Outcome.LockedOut.class, name = "locked-out"),
    @JsonSubTypes.Type(value = Outcome.LoginFinished.class, name = "login-finished"),
    @JsonSubTypes.Type(value = Outcome.NoSuchLogin.class, name = "no-such-login"),
    @JsonSubTypes.Type(value = Outcome.NonceFresh.class, name = "nonce-fresh"),
    @JsonSubTypes.Type(value = Outcome.NonceUsed.class, name = "nonce-used"),
    @JsonSubTypes.Type(value = Outcome.Granted.class, name = "granted"),
    @JsonSubTypes.Type(value = Outcome.Unknown.class, name = "unknown")
  })
  private interface OutcomeNames {}

  private static final class BytesWriter extends StdSerializer<Bytes> {
    BytesWriter() {
      super(Bytes.class);
    }

    @Override
    public void serialize(Bytes value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeString(value.base64Url());
    }
  }

  private static final class BytesReader extends StdDeserializer<Bytes> {
    BytesReader() {
      super(Bytes.class);
    }

    @Override
    public Bytes deserialize(JsonParser in, DeserializationContext context) throws IOException {
      return Bytes.fromBase64Url(in.getText());
    }
  }

  private static final class UserIdWriter extends StdSerializer<UserId> {
    UserIdWriter() {
      super(UserId.class);
    }

    @Override
    public void serialize(UserId value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeString(value.value());
    }
  }

  private static final class UserIdReader extends StdDeserializer<UserId> {
    UserIdReader() {
      super(UserId.class);
    }

    @Override
    public UserId deserialize(JsonParser in, DeserializationContext context) throws IOException {
      return UserId.parse(in.getText());
    }
  }
}
