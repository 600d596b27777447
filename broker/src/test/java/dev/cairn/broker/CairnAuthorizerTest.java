package dev.cairn.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
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

class CairnAuthorizerTest {
  private static final String ALICE = "abcdefghijklmnopqrstuvwxy2";
  private static final String BOB = "abcdefghijklmnopqrstuvwxy3";
  private static final String ALICE_TOPIC = "cairn.log.c0." + ALICE;
  private static final String CLUSTER = "kafka-cluster";
  private static final Set<AclOperation> OWNERS =
      EnumSet.of(AclOperation.WRITE, AclOperation.READ, AclOperation.DESCRIBE);

  private final Metrics metrics = new Metrics();
  private final CairnAuthorizer authorizer = new CairnAuthorizer();

  @BeforeEach
  void load() {
    authorizer.withPluginMetrics(new PluginMetricsImpl(metrics, Map.of()));
    authorizer.configure(Map.of("super.users", "User:services"));
    authorizer.loadSnapshot(Map.of());
    authorizer.completeInitialLoad();
  }

  @AfterEach
  void close() throws Exception {
    authorizer.close();
    metrics.close();
  }

  @ParameterizedTest
  @EnumSource(
      value = AclOperation.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"UNKNOWN", "ANY"})
  void anOwnerMayWriteReadAndDescribeTheOwnTopicAndNothingElse(AclOperation operation) {
    AuthorizationResult expected =
        OWNERS.contains(operation) ? AuthorizationResult.ALLOWED : AuthorizationResult.DENIED;
    assertEquals(expected, topic(owner(ALICE, 1), ALICE_TOPIC, operation));
    assertEquals(expected, topic(owner(ALICE, 7), "cairn.log.any-cell-9." + ALICE, operation));
    assertEquals(
        AuthorizationResult.DENIED, topic(owner(ALICE, 1), "cairn.log.c0." + BOB, operation));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cairn.log.c0.abcdefghijklmnopqrstuvwxy3",
        "cairn.log.c0.abcdefghijklmnopqrstuvwxy22",
        "cairn.log.c0.abcdefghijklmnopqrstuvwxy",
        "xcairn.log.c0.abcdefghijklmnopqrstuvwxy2",
        "cairn.log.c0.abcdefghijklmnopqrstuvwxy2.x",
        "cairn.log.c0.x.abcdefghijklmnopqrstuvwxy2",
        "cairn.log..abcdefghijklmnopqrstuvwxy2",
        "cairn.log.abcdefghijklmnopqrstuvwxy2",
        "cairnXlogXc0Xabcdefghijklmnopqrstuvwxy2",
        "cairn.log.c0.ABCDEFGHIJKLMNOPQRSTUVWXY2",
        "cairn.log.C0.abcdefghijklmnopqrstuvwxy2",
        "cairn.log.c0.abcdefghijklmnopqrstuvwxy2\n",
        "cairn.log.c0\ncairn.log.c0.abcdefghijklmnopqrstuvwxy2",
        "cairn.log.a123456789a123456789a123456789abc.abcdefghijklmnopqrstuvwxy2",
        "cairn.jobs.c0",
        "cairn.snapshots.c0",
        "cairn.accounts",
        "__consumer_offsets",
        "*",
        ""
      })
  void namesThatLookAlmostLikeTheOwnTopicAreNot(String name) {
    for (AclOperation operation : OWNERS) {
      assertEquals(AuthorizationResult.DENIED, topic(owner(ALICE, 1), name, operation));
    }
  }

  @Test
  void aPatternThatCoversTheOwnTopicIsNotTheOwnTopic() {
    assertEquals(
        AuthorizationResult.DENIED,
        decide(
            owner(ALICE, 1),
            AclOperation.READ,
            new ResourcePattern(ResourceType.TOPIC, ALICE_TOPIC, PatternType.PREFIXED)));
  }

  @ParameterizedTest
  @EnumSource(
      value = ResourceType.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"UNKNOWN", "ANY", "TOPIC"})
  void ofOtherResourcesAnOwnerGetsOnlyIdempotentWrites(ResourceType type) {
    for (AclOperation operation : AclOperation.values()) {
      for (String name : List.of(CLUSTER, ALICE, ALICE_TOPIC, "cairn-" + ALICE + "-1")) {
        AuthorizationResult expected =
            type == ResourceType.CLUSTER && operation == AclOperation.IDEMPOTENT_WRITE
                ? AuthorizationResult.ALLOWED
                : AuthorizationResult.DENIED;
        assertEquals(
            expected,
            decide(
                owner(ALICE, 1), operation, new ResourcePattern(type, name, PatternType.LITERAL)),
            type + " " + name + " " + operation);
      }
    }
  }

  @Test
  void aProducerMayStart() {
    for (AclOperation operation : OWNERS) {
      assertEquals(
          AuthorizationResult.ALLOWED,
          authorizer.authorizeByResourceType(owner(ALICE, 1), operation, ResourceType.TOPIC));
    }
    assertEquals(
        AuthorizationResult.DENIED,
        authorizer.authorizeByResourceType(
            owner(ALICE, 1), AclOperation.DELETE, ResourceType.TOPIC));
    assertEquals(
        AuthorizationResult.DENIED,
        authorizer.authorizeByResourceType(
            owner(ALICE, 1), AclOperation.WRITE, ResourceType.TRANSACTIONAL_ID));
    authorizer.addAcl(Uuid.randomUuid(), denial(ALICE, 1));
    assertEquals(
        AuthorizationResult.DENIED,
        authorizer.authorizeByResourceType(
            owner(ALICE, 1), AclOperation.WRITE, ResourceType.TOPIC));
  }

  @Test
  void whatAclsAllowAnOwnerIsDeniedAllTheSame() {
    authorizer.addAcl(
        Uuid.randomUuid(),
        new StandardAcl(
            ResourceType.TOPIC,
            "*",
            PatternType.LITERAL,
            "User:*",
            "*",
            AclOperation.ALL,
            AclPermissionType.ALLOW));
    assertEquals(
        AuthorizationResult.DENIED,
        topic(owner(ALICE, 1), "cairn.log.c0." + BOB, AclOperation.READ));
    assertEquals(
        AuthorizationResult.ALLOWED,
        topic(user("somebody"), "cairn.log.c0." + BOB, AclOperation.READ));
  }

  @Test
  void aRevokedPrincipalIsDeniedEverythingAndItsSuccessorNothing() {
    Uuid id = Uuid.randomUuid();
    authorizer.addAcl(id, denial(ALICE, 1));
    assertRevoked(ALICE, 1);
    assertWrites(ALICE, 2);
    assertWrites(ALICE, 11);
    assertWrites(BOB, 1);
    authorizer.removeAcl(id);
    assertWrites(ALICE, 1);
  }

  @Test
  void twoDenialsOfOnePrincipalAreBothNeededToBeGone() {
    Uuid first = Uuid.randomUuid();
    Uuid second = Uuid.randomUuid();
    authorizer.addAcl(first, denial(ALICE, 1));
    authorizer.addAcl(
        second,
        new StandardAcl(
            ResourceType.TOPIC,
            "cairn.log.c1." + ALICE,
            PatternType.LITERAL,
            "User:cairn-" + ALICE + "-1",
            "*",
            AclOperation.ALL,
            AclPermissionType.DENY));
    authorizer.removeAcl(first);
    assertRevoked(ALICE, 1);
    authorizer.removeAcl(second);
    assertWrites(ALICE, 1);
  }

  @Test
  void aSnapshotRevokesAndForgets() {
    Uuid kept = Uuid.randomUuid();
    Uuid gone = Uuid.randomUuid();
    authorizer.addAcl(gone, denial(ALICE, 1));
    authorizer.addAcl(kept, denial(BOB, 3));
    Map<Uuid, StandardAcl> snapshot = new HashMap<>();
    snapshot.put(kept, denial(BOB, 3));
    snapshot.put(Uuid.randomUuid(), denial(BOB, 4));
    authorizer.loadSnapshot(snapshot);
    assertWrites(ALICE, 1);
    assertRevoked(BOB, 3);
    assertRevoked(BOB, 4);
    authorizer.loadSnapshot(snapshot);
    assertRevoked(BOB, 3);
    authorizer.removeAcl(kept);
    assertWrites(BOB, 3);
    assertRevoked(BOB, 4);
  }

  @Test
  void amongManyRevokedOnesEachIsKnown() {
    long seed = 20_240_917L;
    Random random = new Random(seed);
    Map<Uuid, StandardAcl> acls = new HashMap<>();
    List<String> users = new ArrayList<>();
    Map<String, Set<Long>> revoked = new HashMap<>();
    for (int i = 0; i < 1_000; i++) {
      String user = randomUser(random);
      users.add(user);
      for (long epoch = 1; epoch <= 3; epoch++) {
        if (random.nextBoolean()) {
          acls.put(Uuid.randomUuid(), denial(user, epoch));
          revoked.computeIfAbsent(user, u -> new HashSet<>()).add(epoch);
        }
      }
    }
    authorizer.loadSnapshot(acls);
    for (String user : users) {
      for (long epoch = 1; epoch <= 3; epoch++) {
        boolean isRevoked = revoked.getOrDefault(user, Set.of()).contains(epoch);
        assertEquals(
            isRevoked ? AuthorizationResult.DENIED : AuthorizationResult.ALLOWED,
            topic(owner(user, epoch), "cairn.log.c0." + user, AclOperation.WRITE),
            "seed " + seed + ", " + user + " " + epoch);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cairn-abcdefghijklmnopqrstuvwxy2",
        "cairn-abcdefghijklmnopqrstuvwxy2-0",
        "cairn-abcdefghijklmnopqrstuvwxy2-01",
        "cairn-abcdefghijklmnopqrstuvwxy2--1",
        "cairn-abcdefghijklmnopqrstuvwxy2-1x",
        "cairn-abcdefghijklmnopqrstuvwxy2-1\n",
        "cairn-abcdefghijklmnopqrstuvwxy2-1234567890123456789",
        "xcairn-abcdefghijklmnopqrstuvwxy2-1",
        "cairn-ABCDEFGHIJKLMNOPQRSTUVWXY2-1",
        "cairn-abcdefghijklmnopqrstuvwxy2-١",
        "ANONYMOUS"
      })
  void whoeverIsNoOwnerHasTheRightsThatAclsGiveAndNoOthers(String name) {
    assertEquals(AuthorizationResult.DENIED, topic(user(name), ALICE_TOPIC, AclOperation.WRITE));
    assertEquals(
        AuthorizationResult.DENIED,
        decide(
            user(name),
            AclOperation.IDEMPOTENT_WRITE,
            new ResourcePattern(ResourceType.CLUSTER, CLUSTER, PatternType.LITERAL)));
    authorizer.addAcl(
        Uuid.randomUuid(),
        new StandardAcl(
            ResourceType.TOPIC,
            ALICE_TOPIC,
            PatternType.LITERAL,
            "User:" + name,
            "*",
            AclOperation.READ,
            AclPermissionType.ALLOW));
    assertEquals(AuthorizationResult.ALLOWED, topic(user(name), ALICE_TOPIC, AclOperation.READ));
    assertEquals(AuthorizationResult.DENIED, topic(user(name), ALICE_TOPIC, AclOperation.WRITE));
  }

  @Test
  void onlyAUserCanBeAnOwner() {
    AuthorizableRequestContext group =
        new Context(new KafkaPrincipal("Group", "cairn-" + ALICE + "-1"));
    assertEquals(AuthorizationResult.DENIED, topic(group, ALICE_TOPIC, AclOperation.WRITE));
  }

  @Test
  void theServicesAreSuperUsers() {
    assertEquals(
        AuthorizationResult.ALLOWED, topic(user("services"), ALICE_TOPIC, AclOperation.DELETE));
    assertEquals(
        AuthorizationResult.ALLOWED,
        decide(
            user("services"),
            AclOperation.ALTER,
            new ResourcePattern(ResourceType.CLUSTER, CLUSTER, PatternType.LITERAL)));
  }

  @Test
  void eachActionOfARequestIsDecidedAlone() {
    List<AuthorizationResult> results =
        authorizer.authorize(
            owner(ALICE, 1),
            List.of(
                action(AclOperation.WRITE, literal(ALICE_TOPIC)),
                action(AclOperation.WRITE, literal("cairn.log.c0." + BOB)),
                action(AclOperation.READ, literal(ALICE_TOPIC))));
    assertEquals(
        List.of(
            AuthorizationResult.ALLOWED, AuthorizationResult.DENIED, AuthorizationResult.ALLOWED),
        results);
  }

  @Test
  void beforeTheAclsAreLoadedNobodyIsLetIn() throws Exception {
    try (CairnAuthorizer starting = new CairnAuthorizer()) {
      starting.configure(Map.of());
      starting.addAcl(Uuid.randomUuid(), denial(BOB, 1));
      List<Action> write = List.of(action(AclOperation.WRITE, literal(ALICE_TOPIC)));
      assertThrows(
          AuthorizerNotReadyException.class, () -> starting.authorize(owner(ALICE, 1), write));
      assertThrows(
          AuthorizerNotReadyException.class,
          () ->
              starting.authorizeByResourceType(
                  owner(ALICE, 1), AclOperation.WRITE, ResourceType.TOPIC));
      starting.completeInitialLoad();
      assertEquals(
          List.of(AuthorizationResult.ALLOWED), starting.authorize(owner(ALICE, 1), write));
    }
  }

  private void assertRevoked(String userId, long epoch) {
    AuthorizableRequestContext principal = owner(userId, epoch);
    for (AclOperation operation : AclOperation.values()) {
      assertEquals(
          AuthorizationResult.DENIED, topic(principal, "cairn.log.c0." + userId, operation));
    }
    assertEquals(
        AuthorizationResult.DENIED,
        decide(
            principal,
            AclOperation.IDEMPOTENT_WRITE,
            new ResourcePattern(ResourceType.CLUSTER, CLUSTER, PatternType.LITERAL)));
  }

  private void assertWrites(String userId, long epoch) {
    assertEquals(
        AuthorizationResult.ALLOWED,
        topic(owner(userId, epoch), "cairn.log.c0." + userId, AclOperation.WRITE));
  }

  private AuthorizationResult topic(
      AuthorizableRequestContext context, String name, AclOperation operation) {
    return decide(context, operation, literal(name));
  }

  private AuthorizationResult decide(
      AuthorizableRequestContext context, AclOperation operation, ResourcePattern resource) {
    return authorizer.authorize(context, List.of(action(operation, resource))).get(0);
  }

  private static ResourcePattern literal(String topic) {
    return new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL);
  }

  private static Action action(AclOperation operation, ResourcePattern resource) {
    return new Action(operation, resource, 1, false, false);
  }

  private static StandardAcl denial(String userId, long epoch) {
    return new StandardAcl(
        ResourceType.TOPIC,
        "cairn.log.c0." + userId,
        PatternType.LITERAL,
        "User:cairn-" + userId + "-" + epoch,
        "*",
        AclOperation.ALL,
        AclPermissionType.DENY);
  }

  private static String randomUser(Random random) {
    StringBuilder user = new StringBuilder();
    for (int i = 0; i < 26; i++) {
      user.append("abcdefghijklmnopqrstuvwxyz234567".charAt(random.nextInt(32)));
    }
    return user.toString();
  }

  private static AuthorizableRequestContext owner(String userId, long epoch) {
    return user("cairn-" + userId + "-" + epoch);
  }

  private static AuthorizableRequestContext user(String name) {
    return new Context(new KafkaPrincipal(KafkaPrincipal.USER_TYPE, name));
  }

  private record Context(KafkaPrincipal principal) implements AuthorizableRequestContext {
    @Override
    public String listenerName() {
      return "OWNERS";
    }

    @Override
    public SecurityProtocol securityProtocol() {
      return SecurityProtocol.SASL_SSL;
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
      return 12;
    }

    @Override
    public String clientId() {
      return "test";
    }

    @Override
    public int correlationId() {
      return 1;
    }
  }
}
