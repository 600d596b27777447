package dev.cairn.e2e.liar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.e2e.liar.Case.How;
import dev.cairn.e2e.liar.Case.Who;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;
import java.util.function.UnaryOperator;

/** Lies about the answer that makes a machine the log's writer. */
final class TakeoverCases {
  private final List<Case> cases = new ArrayList<>();
  private final String foreignTopic;
  private final String foreignUser;

  TakeoverCases(String foreignTopic, String foreignUser) {
    this.foreignTopic = foreignTopic;
    this.foreignUser = foreignUser;
  }

  List<Case> all() {
    epoch("one later", it -> it + 1);
    epoch("one earlier", it -> it - 1);
    epoch("none", it -> 0);
    epoch("negative", it -> -1);
    epoch("too far for any reader", it -> it + 70_000);
    epoch("the last of all", it -> Long.MAX_VALUE);
    change(Row.TAKEOVER_EPOCH, "not the connection's", Fields.set("/epoch", 77));

    end("one earlier", it -> it - 1);
    end("none", it -> 0);
    end("one later", it -> it + 1);
    end("far", it -> 1L << 50);
    end("negative", it -> -1);
    change(
        Row.TAKEOVER_END,
        "missing",
        Fields.set("/finalEndOffset", JsonNodeFactory.instance.nullNode()));

    change(
        Row.TAKEOVER_CONNECTION,
        "missing",
        Fields.set("/connection", JsonNodeFactory.instance.nullNode()));
    change(Row.TAKEOVER_CONNECTION, "another user", Fields.set("/connection/userId", foreignUser));
    change(Row.TAKEOVER_CONNECTION, "another topic", Fields.set("/connection/topic", foreignTopic));
    change(Row.TAKEOVER_CONNECTION, "no topic", Fields.set("/connection/topic", "no such topic!"));
    change(
        Row.TAKEOVER_CONNECTION,
        "another principal",
        Fields.set("/connection/principal", "somebody\" password=\"else"));
    change(
        Row.TAKEOVER_CONNECTION,
        "brokers that are none",
        Fields.set("/connection/bootstrapServers", "not a broker"));
    change(
        Row.TAKEOVER_CONNECTION,
        "a protocol that is none",
        Fields.set("/connection/securityProtocol", "NONE\nssl.truststore.location=/etc/passwd"));
    change(
        Row.TAKEOVER_CONNECTION,
        "a mechanism that is none",
        Fields.set("/connection/saslMechanism", "NONE"));

    change(Row.TAKEOVER_OTHER, "another id", Fields.set("/takeoverId", "00".repeat(16)));
    change(Row.TAKEOVER_OTHER, "another state", Fields.set("/state", "GRANTED"));
    change(Row.TAKEOVER_OTHER, "empty", answer -> Answer.json("{}"));
    cases.add(
        new Case(
            Row.TAKEOVER_OTHER,
            "fenced",
            Who.SMALL,
            How.TAKEOVER,
            Lie.instead(Asked.TAKEOVER, Answer.refused(409, "fenced"))));
    return cases;
  }

  private void epoch(String name, LongUnaryOperator change) {
    change(
        Row.TAKEOVER_EPOCH,
        name,
        answer -> {
          JsonNode sent = Fields.read(answer.body());
          long lied = change.applyAsLong(sent.path("epoch").asLong());
          Answer changed = Fields.set("/epoch", lied).apply(answer);
          return sent.path("connection").isObject()
              ? Fields.set("/connection/epoch", lied).apply(changed)
              : changed;
        });
  }

  private void end(String name, LongUnaryOperator change) {
    change(
        Row.TAKEOVER_END,
        name,
        answer ->
            Fields.set(
                    "/finalEndOffset",
                    change.applyAsLong(Fields.read(answer.body()).path("finalEndOffset").asLong()))
                .apply(answer));
  }

  /** Only what is issued is lied about: what is pending is asked for again. */
  private void change(Row row, String name, UnaryOperator<Answer> change) {
    cases.add(
        new Case(
            row,
            name,
            Who.SMALL,
            How.TAKEOVER,
            Lie.about(
                Asked.TAKEOVER,
                answer ->
                    Fields.read(answer.body()) instanceof ObjectNode sent
                            && sent.path("state").asText().equals("ISSUED")
                        ? change.apply(answer)
                        : answer)));
  }
}
