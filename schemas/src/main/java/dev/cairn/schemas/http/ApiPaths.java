package dev.cairn.schemas.http;

/** Routes and headers of the recovery service. */
public final class ApiPaths {
  public static final String SERVER = "/v1/server";
  public static final String OPENAPI = "/v1/openapi.json";
  public static final String HEALTH = "/healthz";
  public static final String READY = "/readyz";
  public static final String NONCE = "/v1/nonce";
  public static final String REGISTRATION_START = "/v1/registration/start";
  public static final String REGISTRATION_FINISH = "/v1/registration/finish";
  public static final String REGISTRATION_WALLET = "/v1/registration/wallet";
  public static final String REGISTRATION_WALLET_FINISH = "/v1/registration/wallet/finish";
  public static final String LOGIN_START = "/v1/login/start";
  public static final String LOGIN_FINISH = "/v1/login/finish";
  public static final String LOGIN_CHALLENGE = "/v1/login/challenge";
  public static final String LOGIN_WALLET = "/v1/login/wallet";
  public static final String LOGIN_RECOVERY_KEY = "/v1/login/recovery-key";
  public static final String LOGIN_FACTOR = "/v1/login/factor";
  public static final String BUNDLE = "/v1/recovery/bundle";
  public static final String BUNDLE_REPLACE = "/v1/recovery/bundle/replace";
  public static final String POSSESSION = "/v1/recovery/possession";
  public static final String TAKEOVER = "/v1/recovery/takeover";
  public static final String CREDENTIALS_START = "/v1/recovery/credentials/start";
  public static final String CREDENTIALS = "/v1/recovery/credentials";
  public static final String RECOVERY_SNAPSHOTS = "/v1/recovery/snapshots";
  public static final String RECOVERY_LOG = "/v1/recovery/log";
  public static final String RECOVERY_RECORDS = "/v1/recovery/log/records";
  public static final String OWNER_CONNECT = "/v1/owner/connect";
  public static final String OWNER_COMPACT = "/v1/owner/compact";
  public static final String OWNER_SNAPSHOTS = "/v1/owner/snapshots";
  public static final String OWNER_EPOCH = "/v1/owner/epoch";
  public static final String OWNER_BASES = "/v1/owner/bases";
  public static final String OWNER_BASE_PUBLISH = "/v1/owner/base/publish";
  public static final String OWNER_LOG = "/v1/owner/log";
  public static final String OWNER_RECORDS = "/v1/owner/log/records";
  public static final String OWNER_CREDENTIALS_START = "/v1/owner/credentials/start";
  public static final String OWNER_CREDENTIALS = "/v1/owner/credentials";
  public static final String OWNER_ACCOUNT = "/v1/owner/account";
  public static final String OWNER_AUDIT = "/v1/owner/audit";

  public static final String HEADER_USER = "Cairn-User";
  public static final String HEADER_KEY_VERSION = "Cairn-Key-Version";
  public static final String HEADER_NONCE = "Cairn-Nonce";
  public static final String HEADER_EXPIRY = "Cairn-Expiry";
  public static final String HEADER_SIGNATURE = "Cairn-Signature";
  public static final String HEADER_NEXT_OFFSET = "Cairn-Next-Offset";
  public static final String HEADER_END_OFFSET = "Cairn-End-Offset";

  /**
   * A reader of a snapshot's file says with it, and with {@link #DIRECT_ALLOWED}, that it follows a
   * redirect to the storage itself.
   */
  public static final String HEADER_DIRECT = "Cairn-Direct";

  public static final String DIRECT_ALLOWED = "allowed";

  /**
   * Code of an invitation, at the start of a registration: {@link #INVITATION_BYTES} random bytes
   * in lower-case hexadecimal.
   */
  public static final String HEADER_INVITATION = "Cairn-Invitation";

  /** Entropy of an invitation's code. */
  public static final int INVITATION_BYTES = 16;

  /** Purpose of the possession statement that opens data. */
  public static final String PURPOSE_RECOVER = "recover";

  /** Purpose of the possession statement that takes the log over. */
  public static final String PURPOSE_TAKEOVER = "takeover";

  /** Purpose of the possession statement that replaces the recovery bundle. */
  public static final String PURPOSE_BUNDLE = "bundle";

  /** Purpose of the possession statements that change what opens the account. */
  public static final String PURPOSE_CREDENTIALS = "credentials";

  private ApiPaths() {}

  /** One file of a base, below {@link #OWNER_BASES}. */
  public static String baseFile(int keyVersion, long epoch, String file) {
    return OWNER_BASES + "/" + keyVersion + "/" + epoch + "/" + file;
  }

  /** One file of a snapshot, below {@link #RECOVERY_SNAPSHOTS} or {@link #OWNER_SNAPSHOTS}. */
  public static String snapshotFile(String base, int keyVersion, String directory, String file) {
    return base + "/" + keyVersion + "/" + directory + "/" + file;
  }
}
