package dev.cairn.broker;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.AuthorizerNotReadyException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.metadata.authorizer.StandardAcl;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;
import org.apache.kafka.server.authorizer.Action;
import org.apache.kafka.server.authorizer.AuthorizableRequestContext;
import org.apache.kafka.server.authorizer.AuthorizationResult;

/**
 * Kafka's {@link StandardAuthorizer} with rights that follow from an owner's principal name.
 *
 * <table>
 * <caption>decisions for a principal {@code User:cairn-<userId>-<epoch>}</caption>
 * <tr><th>request</th><th>answer</th></tr>
 * <tr><td>any, once the principal is revoked</td><td>denied</td></tr>
 * <tr><td>WRITE, READ, DESCRIBE on {@code cairn.log.<cell>.<userId>}</td><td>allowed</td></tr>
 * <tr><td>IDEMPOTENT_WRITE on the cluster</td><td>allowed</td></tr>
 * <tr><td>anything else</td><td>denied, whatever ACLs say</td></tr>
 * </table>
 *
 * <p>A principal is revoked by a DENY of ALL on a topic, in its name; Kafka replicates it as it
 * does any ACL, so it binds every broker and survives restarts. Every other principal is judged by
 * {@link StandardAuthorizer} alone. A decision about an owner costs one look into a hash table,
 * however many owners there are: millions of plain ACLs would be scanned.
 *
 * <p>Set {@code authorizer.class.name} to this class on brokers and controllers.
 */
public final class CairnAuthorizer extends StandardAuthorizer {
  // The principals that a DENY of ALL names, by the ACL's id: an ACL is removed by id alone.
  private final Map<Uuid, String> denials = new ConcurrentHashMap<>();
  private final Map<String, Integer> denied = new ConcurrentHashMap<>();
  private volatile boolean loaded;

  @Override
  public void completeInitialLoad() {
    loaded = true;
    super.completeInitialLoad();
  }

  @Override
  public synchronized void addAcl(Uuid id, StandardAcl acl) {
    super.addAcl(id, acl);
    remember(id, acl);
  }

  @Override
  public synchronized void removeAcl(Uuid id) {
    super.removeAcl(id);
    String principal = denials.remove(id);
    if (principal != null) {
      denied.computeIfPresent(principal, (name, count) -> count == 1 ? null : count - 1);
    }
  }

  @Override
  public synchronized void loadSnapshot(Map<Uuid, StandardAcl> acls) {
    super.loadSnapshot(acls);
    // Additions first: at no instant does a revoked principal pass.
    Map<Uuid, String> gone = new ConcurrentHashMap<>(denials);
    acls.forEach((id, acl) -> {
      if (gone.remove(id) == null) {
        remember(id, acl);
      }
    });
    gone.forEach((id, principal) -> {
      denials.remove(id);
      denied.computeIfPresent(principal, (name, count) -> count == 1 ? null : count - 1);
    });
  }

  private void remember(Uuid id, StandardAcl acl) {
    if (acl.permissionType() == AclPermissionType.DENY
        && acl.operation() == AclOperation.ALL
        && denials.putIfAbsent(id, acl.principal()) == null) {
      denied.merge(acl.principal(), 1, Integer::sum);
    }
  }

  @Override
  public List<AuthorizationResult> authorize(
      AuthorizableRequestContext context, List<Action> actions) {
    Optional<OwnerPrincipal> owner = OwnerPrincipal.of(context.principal());
    if (owner.isEmpty()) {
      return super.authorize(context, actions);
    }
    boolean revoked = isRevoked(context);
    List<AuthorizationResult> results = new ArrayList<>(actions.size());
    for (Action action : actions) {
      results.add(
          !revoked && mayDo(owner.get(), action)
              ? AuthorizationResult.ALLOWED
              : AuthorizationResult.DENIED);
    }
    return results;
  }

  /**
   * Kafka asks this when a producer starts, for the right to write idempotently: answered from the
   * name as well, since the inherited search goes through every ACL.
   */
  @Override
  public AuthorizationResult authorizeByResourceType(
      AuthorizableRequestContext context, AclOperation operation, ResourceType resourceType) {
    Optional<OwnerPrincipal> owner = OwnerPrincipal.of(context.principal());
    if (owner.isEmpty()) {
      return super.authorizeByResourceType(context, operation, resourceType);
    }
    boolean allowed =
        !isRevoked(context)
            && resourceType == ResourceType.TOPIC
            && isOwnersTopicOperation(operation);
    return allowed ? AuthorizationResult.ALLOWED : AuthorizationResult.DENIED;
  }

  private boolean isRevoked(AuthorizableRequestContext context) {
    if (!loaded) {
      // Nobody is known to be revoked yet, so nobody is known not to be.
      throw new AuthorizerNotReadyException();
    }
    return denied.containsKey(context.principal().toString());
  }

  private static boolean mayDo(OwnerPrincipal owner, Action action) {
    ResourcePattern resource = action.resourcePattern();
    return switch (resource.resourceType()) {
      case TOPIC ->
          resource.patternType() == PatternType.LITERAL
              && isOwnersTopicOperation(action.operation())
              && owner.owns(resource.name());
      case CLUSTER -> action.operation() == AclOperation.IDEMPOTENT_WRITE;
      case UNKNOWN, ANY, GROUP, TRANSACTIONAL_ID, DELEGATION_TOKEN, USER -> false;
    };
  }

  private static boolean isOwnersTopicOperation(AclOperation operation) {
    return operation == AclOperation.WRITE
        || operation == AclOperation.READ
        || operation == AclOperation.DESCRIBE;
  }
}
