package dev.cairn.keyserver.api;

/** Paths of the HTTP interface of a running keyserver. */
public final class LocalPaths {
  public static final String IDENTITY = "/v1/identity";
  public static final String TRANSACT = "/v1/transact";
  public static final String TRANSACTIONS = "/v1/transactions";
  public static final String OBJECT = "/v1/object";
  public static final String OBJECTS = "/v1/objects";
  public static final String EXPORT = "/v1/export";
  public static final String UNBACKED = "/v1/unbacked";
  public static final String STATUS = "/v1/status";
  public static final String DRAIN = "/v1/drain";
  public static final String COMPACT = "/v1/compact";
  public static final String RECEIPTS = "/v1/receipts";
  public static final String HEALTH = "/healthz";
  public static final String READY = "/readyz";
  public static final String METRICS = "/metrics";
  public static final String OPENAPI = "/openapi.json";

  private LocalPaths() {}
}
