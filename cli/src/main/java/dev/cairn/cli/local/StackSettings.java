package dev.cairn.cli.local;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.Uuid;

/**
 * What an embedded stack decides once and keeps: ports, cluster id, and the passwords between its
 * own parts. {@code toString} shows none of it.
 */
final class StackSettings {
  private static final String FILE = "stack.properties";

  private final Properties properties;

  private StackSettings(Properties properties) {
    this.properties = properties;
  }

  static StackSettings loadOrCreate(Path root) throws IOException {
    Path file = root.resolve(FILE);
    Properties properties = new Properties();
    if (Files.exists(file)) {
      try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
        properties.load(reader);
      }
    } else {
      List<Integer> ports = FreePorts.choose(4);
      properties.setProperty("port.broker", ports.get(0).toString());
      properties.setProperty("port.controller", ports.get(1).toString());
      properties.setProperty("port.s3", ports.get(2).toString());
      properties.setProperty("port.service", ports.get(3).toString());
      properties.setProperty("cluster.id", Uuid.randomUuid().toString());
      properties.setProperty("kafka.password", secret());
      properties.setProperty("s3.access.key", "cairn");
      properties.setProperty("s3.secret.key", secret());
      PrivateFiles.write(file, properties);
    }
    return new StackSettings(properties);
  }

  int brokerPort() {
    return Integer.parseInt(text("port.broker"));
  }

  int controllerPort() {
    return Integer.parseInt(text("port.controller"));
  }

  int s3Port() {
    return Integer.parseInt(text("port.s3"));
  }

  int servicePort() {
    return Integer.parseInt(text("port.service"));
  }

  String clusterId() {
    return text("cluster.id");
  }

  String kafkaPassword() {
    return text("kafka.password");
  }

  String s3AccessKey() {
    return text("s3.access.key");
  }

  String s3SecretKey() {
    return text("s3.secret.key");
  }

  private String text(String key) {
    String value = properties.getProperty(key);
    if (value == null) {
      throw new IllegalStateException(FILE + " lacks " + key);
    }
    return value;
  }

  private static String secret() {
    byte[] random = new byte[24];
    new SecureRandom().nextBytes(random);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }
}
