package dev.cairn.recovery.accounts;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
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
import dev.cairn.crypto.UserId;
import java.io.IOException;

/** How accounts and their state stand in JSON: in checkpoints and in the objects of accounts. */
final class AccountsJson {
  static final ObjectMapper MAPPER =
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
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  private AccountsJson() {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Outcome.Done.class, name = "done"),
    @JsonSubTypes.Type(value = Outcome.Registered.class, name = "registered"),
    @JsonSubTypes.Type(value = Outcome.UsernameTaken.class, name = "username-taken"),
    @JsonSubTypes.Type(value = Outcome.NotInvited.class, name = "not-invited"),
    @JsonSubTypes.Type(value = Outcome.NoRoom.class, name = "no-room"),
    @JsonSubTypes.Type(value = Outcome.GuessCounted.class, name = "guess-counted"),
    @JsonSubTypes.Type(value = Outcome.LockedOut.class, name = "locked-out"),
    @JsonSubTypes.Type(value = Outcome.LoginFinished.class, name = "login-finished"),
    @JsonSubTypes.Type(value = Outcome.NoSuchLogin.class, name = "no-such-login"),
    @JsonSubTypes.Type(value = Outcome.NonceFresh.class, name = "nonce-fresh"),
    @JsonSubTypes.Type(value = Outcome.NonceUsed.class, name = "nonce-used"),
    @JsonSubTypes.Type(value = Outcome.Granted.class, name = "granted"),
    @JsonSubTypes.Type(value = Outcome.CredentialsReplaced.class, name = "credentials-replaced"),
    @JsonSubTypes.Type(value = Outcome.Conflict.class, name = "conflict"),
    @JsonSubTypes.Type(value = Outcome.FactorRight.class, name = "factor-right"),
    @JsonSubTypes.Type(value = Outcome.FactorWrong.class, name = "factor-wrong"),
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
