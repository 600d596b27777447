package dev.cairn.broker;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.security.auth.KafkaPrincipal;

/** Principal of one owner and one grant: {@code User:cairn-<userId>-<epoch>}. */
record OwnerPrincipal(String userId, long epoch) {
  private static final Pattern NAME = Pattern.compile("cairn-([a-z2-7]{26})-([1-9][0-9]{0,17})");
  private static final Pattern LOG_TOPIC =
      Pattern.compile("cairn\\.log\\.[a-z0-9-]{1,32}\\.([a-z2-7]{26})");

  static Optional<OwnerPrincipal> of(KafkaPrincipal principal) {
    if (!KafkaPrincipal.USER_TYPE.equals(principal.getPrincipalType())) {
      return Optional.empty();
    }
    Matcher matcher = NAME.matcher(principal.getName());
    return matcher.matches()
        ? Optional.of(new OwnerPrincipal(matcher.group(1), Long.parseLong(matcher.group(2))))
        : Optional.empty();
  }

  /** Whether a topic is this owner's log. */
  boolean owns(String topic) {
    Matcher matcher = LOG_TOPIC.matcher(topic);
    return matcher.matches() && matcher.group(1).equals(userId);
  }
}
