package dev.cairn.broker;

import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.Resource;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * Lets a user of Kafka see topics, groups, settings and sealed records, and change nothing: for
 * UIs, and for people who look. Repeatable.
 *
 * <pre>GrantReader admin.properties BOOTSTRAP-SERVERS USER</pre>
 */
public final class GrantReader {
  private static final int DEADLINE_SECONDS = 120;

  private GrantReader() {}

  /** Ends with 0 when the user has its rights. */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length != 3) {
      System.err.println("usage: GrantReader admin.properties BOOTSTRAP-SERVERS USER");
      System.exit(2);
      return;
    }
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(Path.of(arguments[0]), StandardCharsets.UTF_8)) {
      properties.load(reader);
    }
    properties.setProperty("bootstrap.servers", arguments[1]);
    String principal = "User:" + arguments[2];
    try (Admin admin = Admin.create(properties)) {
      admin
          .createAcls(
              List.of(
                  allow(principal, ResourceType.TOPIC, "*", AclOperation.DESCRIBE),
                  allow(principal, ResourceType.TOPIC, "*", AclOperation.DESCRIBE_CONFIGS),
                  allow(principal, ResourceType.TOPIC, "*", AclOperation.READ),
                  allow(principal, ResourceType.GROUP, "*", AclOperation.DESCRIBE),
                  cluster(principal, AclOperation.DESCRIBE),
                  cluster(principal, AclOperation.DESCRIBE_CONFIGS)))
          .all()
          .get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }
    System.out.println(arguments[2] + " may look");
  }

  private static AclBinding cluster(String principal, AclOperation operation) {
    return allow(principal, ResourceType.CLUSTER, Resource.CLUSTER_NAME, operation);
  }

  private static AclBinding allow(
      String principal, ResourceType type, String name, AclOperation operation) {
    return new AclBinding(
        new ResourcePattern(type, name, PatternType.LITERAL),
        new AccessControlEntry(principal, "*", operation, AclPermissionType.ALLOW));
  }
}
