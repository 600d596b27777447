package dev.cairn.e2e.liar;

import dev.cairn.schemas.http.ApiPaths;

/** What a client asks of the service. */
enum Asked {
  SERVER,
  NONCE,
  LOGIN_START,
  LOGIN_FINISH,
  BUNDLE,
  POSSESSION,
  SNAPSHOTS,
  MANIFEST,
  SEGMENT,
  INDEX,
  EXTENT,
  RECORDS,
  TAKEOVER,
  CONNECT,
  OTHER;

  /** By the path alone. */
  static Asked of(String path) {
    return switch (path) {
      case ApiPaths.SERVER -> SERVER;
      case ApiPaths.NONCE -> NONCE;
      case ApiPaths.LOGIN_START -> LOGIN_START;
      case ApiPaths.LOGIN_FINISH -> LOGIN_FINISH;
      case ApiPaths.BUNDLE -> BUNDLE;
      case ApiPaths.POSSESSION -> POSSESSION;
      case ApiPaths.RECOVERY_SNAPSHOTS -> SNAPSHOTS;
      case ApiPaths.RECOVERY_LOG -> EXTENT;
      case ApiPaths.RECOVERY_RECORDS -> RECORDS;
      case ApiPaths.TAKEOVER -> TAKEOVER;
      case ApiPaths.OWNER_CONNECT -> CONNECT;
      default -> ofFile(path.substring(path.lastIndexOf('/') + 1));
    };
  }

  private static Asked ofFile(String name) {
    if (name.equals("manifest.avro")) {
      return MANIFEST;
    }
    if (name.startsWith("segment-")) {
      return SEGMENT;
    }
    return name.startsWith("index-") ? INDEX : OTHER;
  }
}
