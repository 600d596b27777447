package dev.cairn.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.AuthorizerNotReadyException;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.metrics.internals.PluginMetricsImpl;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.metadata.authorizer.StandardAcl;
import org.apache.kafka.server.authorizer.Action;
import org.apache.kafka.server.authorizer.AuthorizableRequestContext;
import org.apache.kafka.server.authorizer.AuthorizationResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CairnAuthorizerTest {
  private static final String ALICE = "alicealicealicealicealice2";
  private static final String BOB = "bobbobbobbobbobbobbobbob77";
  private static final String ALICE_LOG = "cairn.log.c0." + ALICE;
  private static final String BOB_LOG = "cairn.log.c0." + BOB;
  private static final List<AclOperation> GRANTED =
      List.of(AclOperation.WRITE, AclOperation.READ, AclOperation.DESCRIBE);

  private final CairnAuthorizer authorizer = new CairnAuthorizer();

  private final Metrics metrics = new Metrics();

  @BeforeEach
  void load() {
    authorizer.withPluginMetrics(new PluginMetricsImpl(metrics, Map.of()));
    authorizer.configure(Map.of("node.id", "1", "super.users", "User:services"));
    authorizer.completeInitialLoad();
  }

  @AfterEach
  void close() throws Exception {
    authorizer.close();
    metrics.close();
  }

  private static String owner(String userId, long epoch) {
    return "cairn-" + userId + "-" + epoch;
  }

  private boolean allows(String name, AclOperation operation, ResourceType type, String resource) {
    return allows(new KafkaPrincipal("User", name), operation, type, resource);
  }

  private boolean allows(
      KafkaPrincipal principal, AclOperation operation, ResourceType type, String resource) {
    Action action =
        new Action(
            operation, new ResourcePattern(type, resource, PatternType.LITERAL), 1, true, true);
    List<AuthorizationResult> results =
        authorizer.authorize(new Request(principal), List.of(action));
    assertEquals(1, results.size());
    return results.getFirst() == AuthorizationResult.ALLOWED;
  }

  private boolean allowsTopic(String name, AclOperation operation, String topic) {
    return allows(name, operation, ResourceType.TOPIC, topic);
  }

  private static StandardAcl denial(String principal, String topic) {
    return acl(principal, topic, AclOperation.ALL, AclPermissionType.DENY);
  }

  private static StandardAcl acl(
      String principal, String topic, AclOperation operation, AclPermissionType permission) {
    return new StandardAcl(
        ResourceType.TOPIC, topic, PatternType.LITERAL, principal, "*", operation, permission);
  }

  @Test
  void letsAnOwnerUseItsOwnLogInAnyCellAndEpoch() {
    for (AclOperation operation : GRANTED) {
      assertTrue(allowsTopic(owner(ALICE, 1), operation, ALICE_LOG));
      assertTrue(allowsTopic(owner(ALICE, 65_536), operation, "cairn.log.eu-west-7." + ALICE));
    }
    assertTrue(
        allows(
            owner(ALICE, 1), AclOperation.IDEMPOTENT_WRITE, ResourceType.CLUSTER, "kafka-cluster"));
  }

  @ParameterizedTest
  @EnumSource(AclOperation.class)
  void refusesEveryOperationOnWhatIsNotTheOwners(AclOperation operation) {
    if (operation == AclOperation.UNKNOWN || operation == AclOperation.ANY) {
      return;
    }
    for (String topic :
        List.of(
            BOB_LOG,
            "cairn.accounts",
            "cairn.jobs.c0",
            "cairn.snapshots.c0",
            "__consumer_offsets",
            "__cluster_metadata",
            "other")) {
      assertEquals(false, allowsTopic(owner(ALICE, 1), operation, topic), topic);
    }
  }

  @ParameterizedTest
  @EnumSource(AclOperation.class)
  void grantsNothingButThreeOperations(AclOperation operation) {
    if (operation == AclOperation.UNKNOWN || operation == AclOperation.ANY) {
      return;
    }
    assertEquals(GRANTED.contains(operation), allowsTopic(owner(ALICE, 1), operation, ALICE_LOG));
    assertEquals(
        operation == AclOperation.IDEMPOTENT_WRITE,
        allows(owner(ALICE, 1), operation, ResourceType.CLUSTER, "kafka-cluster"));
    for (ResourceType type :
        List.of(
            ResourceType.GROUP,
            ResourceType.TRANSACTIONAL_ID,
            ResourceType.DELEGATION_TOKEN,
            ResourceType.USER)) {
      assertEquals(false, allows(owner(ALICE, 1), operation, type, ALICE_LOG), type.toString());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cairn.log.c0." + ALICE + "x",
        "cairn.log.c0.x" + ALICE,
        "xcairn.log.c0." + ALICE,
        "cairn.log.c0." + ALICE + "." + BOB,
        "cairn.log.c0." + BOB + "." + ALICE,
        "cairn.log." + ALICE,
        "cairn.log.." + ALICE,
        "cairn.log.C0." + ALICE,
        "cairn.log.c0.c1." + ALICE,
        "cairn.log.c0_" + ALICE,
        "cairnxlog.c0." + ALICE,
        "cairn.log.c0." + ALICE + "\n",
        "cairn.log.c0\n." + ALICE,
        "cairn.logs.c0." + ALICE,
        "*",
        ""
      })
  void isNotFooledByNamesOfTopics(String topic) {
    for (AclOperation operation : GRANTED) {
      assertEquals(false, allowsTopic(owner(ALICE, 1), operation, topic));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cairn-" + ALICE,
        "cairn-" + ALICE + "-",
        "cairn-" + ALICE + "-0",
        "cairn-" + ALICE + "-01",
        "cairn-" + ALICE + "--1",
        "cairn-" + ALICE + "-1 ",
        " cairn-" + ALICE + "-1",
        "cairn-" + ALICE + "-1\n",
        "cairn-" + ALICE + "-1000000000000000000000",
        "cairn-" + ALICE + "-\u0661",
        "Cairn-" + ALICE + "-1",
        "cairn-" + BOB + "-" + ALICE + "-1",
        "cairn_" + ALICE + "_1",
        ALICE,
        ""
      })
  void isNotFooledByNamesOfPrincipals(String name) {
    for (AclOperation operation : GRANTED) {
      assertEquals(false, allowsTopic(name, operation, ALICE_LOG));
    }
  }

  @Test
  void grantsToUsersOnly() {
    KafkaPrincipal group = new KafkaPrincipal("Group", owner(ALICE, 1));
    assertEquals(false, allows(group, AclOperation.READ, ResourceType.TOPIC, ALICE_LOG));
  }

  @Test
  void grantsLiteralNamesOnly() {
    Action prefixed =
        new Action(
            AclOperation.READ,
            new ResourcePattern(ResourceType.TOPIC, ALICE_LOG, PatternType.PREFIXED),
            1,
            true,
            true);
    assertEquals(
        List.of(AuthorizationResult.DENIED),
        authorizer.authorize(
            new Request(new KafkaPrincipal("User", owner(ALICE, 1))), List.of(prefixed)));
  }

  @Test
  void answersEachActionInOrder() {
    List<Action> actions = new ArrayList<>();
    for (String topic : List.of(ALICE_LOG, BOB_LOG, ALICE_LOG)) {
      actions.add(
          new Action(
              AclOperation.WRITE,
              new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
              1,
              true,
              true));
    }
    assertEquals(
        List.of(
            AuthorizationResult.ALLOWED, AuthorizationResult.DENIED, AuthorizationResult.ALLOWED),
        authorizer.authorize(new Request(new KafkaPrincipal("User", owner(ALICE, 1))), actions));
  }

  @Test
  void refusesARevokedPrincipalAndNoOther() {
    Uuid id = Uuid.randomUuid();
    authorizer.addAcl(id, denial("User:" + owner(ALICE, 1), ALICE_LOG));
    for (AclOperation operation : GRANTED) {
      assertEquals(false, allowsTopic(owner(ALICE, 1), operation, ALICE_LOG));
      assertTrue(allowsTopic(owner(ALICE, 2), operation, ALICE_LOG));
      assertTrue(allowsTopic(owner(ALICE, 11), operation, ALICE_LOG));
      assertTrue(allowsTopic(owner(BOB, 1), operation, BOB_LOG));
    }
    assertEquals(
        false,
        allows(
            owner(ALICE, 1), AclOperation.IDEMPOTENT_WRITE, ResourceType.CLUSTER, "kafka-cluster"));
    authorizer.removeAcl(id);
    assertTrue(allowsTopic(owner(ALICE, 1), AclOperation.WRITE, ALICE_LOG));
  }

  @Test
  void refusesUntilTheLastOfSeveralDenialsIsGone() {
    Uuid first = Uuid.randomUuid();
    Uuid second = Uuid.randomUuid();
    authorizer.addAcl(first, denial("User:" + owner(ALICE, 1), ALICE_LOG));
    authorizer.addAcl(second, denial("User:" + owner(ALICE, 1), "cairn.log.c1." + ALICE));
    authorizer.removeAcl(first);
    assertEquals(false, allowsTopic(owner(ALICE, 1), AclOperation.WRITE, ALICE_LOG));
    authorizer.removeAcl(second);
    assertTrue(allowsTopic(owner(ALICE, 1), AclOperation.WRITE, ALICE_LOG));
  }

  @Test
  void grantsNothingMoreByAcls() {
    authorizer.addAcl(
        Uuid.randomUuid(),
        acl("User:" + owner(ALICE, 1), BOB_LOG, AclOperation.ALL, AclPermissionType.ALLOW));
    authorizer.addAcl(
        Uuid.randomUuid(), acl("User:*", BOB_LOG, AclOperation.READ, AclPermissionType.ALLOW));
    assertEquals(false, allowsTopic(owner(ALICE, 1), AclOperation.READ, BOB_LOG));
  }

  @Test
  void takesDenialsFromSnapshotsAndForgetsThoseThatTheyLack() {
    Map<Uuid, StandardAcl> snapshot = new HashMap<>();
    Uuid alices = Uuid.randomUuid();
    snapshot.put(alices, denial("User:" + owner(ALICE, 1), ALICE_LOG));
    authorizer.loadSnapshot(snapshot);
    assertEquals(false, allowsTopic(owner(ALICE, 1), AclOperation.WRITE, ALICE_LOG));
    // The same once more: counted once.
    authorizer.loadSnapshot(snapshot);
    authorizer.removeAcl(alices);
    assertTrue(allowsTopic(owner(ALICE, 1), AclOperation.WRITE, ALICE_LOG));

    authorizer.addAcl(alices, denial("User:" + owner(ALICE, 1), ALICE_LOG));
    authorizer.loadSnapshot(Map.of(Uuid.randomUuid(), denial("User:" + owner(BOB, 3), BOB_LOG)));
    assertTrue(allowsTopic(owner(ALICE, 1), AclOperation.WRITE, ALICE_LOG));
    assertEquals(false, allowsTopic(owner(BOB, 3), AclOperation.WRITE, BOB_LOG));
  }

  @Test
  void findsOneRevokedPrincipalAmongManyWithoutASearch() {
    Map<Uuid, StandardAcl> many = new LinkedHashMap<>();
    for (int i = 1; i <= 20_000; i++) {
      many.put(new Uuid(4, i), denial("User:" + owner(BOB, i), BOB_LOG));
    }
    authorizer.loadSnapshot(many);
    authorizer.addAcl(Uuid.randomUuid(), denial("User:" + owner(ALICE, 7), ALICE_LOG));
    assertEquals(false, allowsTopic(owner(ALICE, 7), AclOperation.WRITE, ALICE_LOG));
    assertEquals(false, allowsTopic(owner(BOB, 19_999), AclOperation.WRITE, BOB_LOG));
    long start = System.nanoTime();
    int decisions = 50_000;
    for (int i = 0; i < decisions; i++) {
      assertTrue(allowsTopic(owner(ALICE, 8), AclOperation.WRITE, ALICE_LOG));
    }
    Duration each = Duration.ofNanos((System.nanoTime() - start) / decisions);
    // A scan of 20,000 ACLs takes milliseconds; the bound leaves room for a busy machine.
    assertTrue(each.compareTo(Duration.ofNanos(200_000)) < 0, each.toString());
  }

  @Test
  void answersByTypeFromTheName() {
    Request alice = new Request(new KafkaPrincipal("User", owner(ALICE, 1)));
    assertEquals(
        AuthorizationResult.ALLOWED,
        authorizer.authorizeByResourceType(alice, AclOperation.WRITE, ResourceType.TOPIC));
    for (ResourceType type :
        List.of(ResourceType.GROUP, ResourceType.CLUSTER, ResourceType.TRANSACTIONAL_ID)) {
      assertEquals(
          AuthorizationResult.DENIED,
          authorizer.authorizeByResourceType(alice, AclOperation.WRITE, type));
    }
    authorizer.addAcl(Uuid.randomUuid(), denial("User:" + owner(ALICE, 1), ALICE_LOG));
    assertEquals(
        AuthorizationResult.DENIED,
        authorizer.authorizeByResourceType(alice, AclOperation.WRITE, ResourceType.TOPIC));
  }

  @Test
  void leavesEverybodyElseToAcls() {
    assertTrue(allowsTopic("services", AclOperation.ALTER, ALICE_LOG));
    assertEquals(false, allowsTopic("metrics", AclOperation.DESCRIBE, ALICE_LOG));
    authorizer.addAcl(
        Uuid.randomUuid(),
        acl("User:metrics", ALICE_LOG, AclOperation.DESCRIBE, AclPermissionType.ALLOW));
    assertTrue(allowsTopic("metrics", AclOperation.DESCRIBE, ALICE_LOG));
    assertEquals(false, allowsTopic("metrics", AclOperation.READ, ALICE_LOG));
    assertEquals(false, allowsTopic("ANONYMOUS", AclOperation.DESCRIBE, ALICE_LOG));
  }

  @Test
  void letsNobodyInBeforeItKnowsWhoIsRevoked() throws Exception {
    try (CairnAuthorizer fresh = new CairnAuthorizer()) {
      fresh.configure(Map.of("node.id", "1", "super.users", "User:services"));
      Request alice = new Request(new KafkaPrincipal("User", owner(ALICE, 1)));
      Action write =
          new Action(
              AclOperation.WRITE,
              new ResourcePattern(ResourceType.TOPIC, ALICE_LOG, PatternType.LITERAL),
              1,
              true,
              true);
      assertThrows(AuthorizerNotReadyException.class, () -> fresh.authorize(alice, List.of(write)));
      fresh.loadSnapshot(Map.of(Uuid.randomUuid(), denial("User:" + owner(ALICE, 1), ALICE_LOG)));
      fresh.completeInitialLoad();
      assertEquals(List.of(AuthorizationResult.DENIED), fresh.authorize(alice, List.of(write)));
    }
  }

  private record Request(KafkaPrincipal principal) implements AuthorizableRequestContext {
    @Override
    public String listenerName() {
      return "BROKER";
    }

    @Override
    public SecurityProtocol securityProtocol() {
      return SecurityProtocol.SASL_PLAINTEXT;
    }

    @Override
    public InetAddress clientAddress() {
      return InetAddress.getLoopbackAddress();
    }

    @Override
    public int requestType() {
      return 0;
    }

    @Override
    public int requestVersion() {
      return 0;
    }

    @Override
    public String clientId() {
      return "test";
    }

    @Override
    public int correlationId() {
      return 0;
    }
  }
}
