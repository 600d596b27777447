package dev.cairn.provider.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.JaasContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kafka's own parser reads back exactly what was quoted. */
class JaasTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain",
        "with space",
        "quote\"inside",
        "\" password=\"other",
        "back\\slash",
        "ends with \\",
        "\\\"",
        "a;b",
        "required; org.example.Evil required",
        "'single'",
        "a=b",
        "/* comment */",
        "// comment",
        "ünï",
        "-_~.!*()"
      })
  void anyNameAndPasswordIsReadBackAsItWas(String text) {
    assertEquals(Map.of("username", text, "password", "x"), options(Jaas.scram(text, "x")));
    assertEquals(Map.of("username", "x", "password", text), options(Jaas.scram("x", text)));
  }

  @Test
  void randomPrintableTextIsReadBackAsItWas() {
    long seed = 7_117L;
    Random random = new Random(seed);
    for (int round = 0; round < 2_000; round++) {
      StringBuilder text = new StringBuilder();
      int length = 1 + random.nextInt(12);
      for (int i = 0; i < length; i++) {
        text.append((char) (' ' + random.nextInt(95)));
      }
      String password = text.toString();
      assertEquals(
          Map.of("username", "owner", "password", password),
          options(Jaas.scram("owner", password)),
          "seed " + seed + " round " + round);
    }
  }

  private static Map<String, ?> options(String jaas) {
    JaasContext context =
        JaasContext.loadClientContext(Map.of(SaslConfigs.SASL_JAAS_CONFIG, new Password(jaas)));
    List<AppConfigurationEntry> entries = context.configurationEntries();
    assertEquals(1, entries.size(), jaas);
    assertEquals(
        "org.apache.kafka.common.security.scram.ScramLoginModule",
        entries.get(0).getLoginModuleName());
    return entries.get(0).getOptions();
  }
}
