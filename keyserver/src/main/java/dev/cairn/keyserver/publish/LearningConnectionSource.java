package dev.cairn.keyserver.publish;

import dev.cairn.keyserver.home.KnownSchemaIds;
import dev.cairn.keyserver.service.BrokerConnection;
import java.util.List;

/** Learns the schema ids that come with each connection. */
public final class LearningConnectionSource implements ConnectionSource {
  private final ConnectionSource source;
  private final KnownSchemaIds ids;

  public LearningConnectionSource(ConnectionSource source, KnownSchemaIds ids) {
    this.source = source;
    this.ids = ids;
  }

  @Override
  public BrokerConnection connect(long epoch) {
    BrokerConnection connection = source.connect(epoch);
    ids.learn(connection.schemaIds());
    return connection;
  }

  @Override
  public List<KnownSnapshot> snapshots() {
    return source.snapshots();
  }

  @Override
  public LogExtent logExtent() {
    return source.logExtent();
  }
}
