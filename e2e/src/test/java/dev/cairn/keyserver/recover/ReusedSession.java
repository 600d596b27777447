package dev.cairn.keyserver.recover;

import dev.cairn.crypto.SecretBytes;
import dev.cairn.crypto.opaque.KsfPolicy;
import dev.cairn.keyserver.home.HomeBuilder;
import dev.cairn.keyserver.service.LogRecordBytes;
import dev.cairn.keyserver.service.LogTruncatedException;
import dev.cairn.keyserver.service.ServiceClient;
import dev.cairn.keyserver.setup.KafkaEpochAppender;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** One login, and recoveries after it: stretching a password costs more than a small recovery. */
public final class ReusedSession implements AutoCloseable {
  private final SecureRandom random = new SecureRandom();
  private final RecoverOptions options;
  private final ServiceClient client;
  private final SecretBytes password;
  private final Access access;

  /**
   * Logs in.
   *
   * @param options of which service, and of whom
   * @param password is closed with this
   */
  public ReusedSession(RecoverOptions options, SecretBytes password) {
    this.options = options;
    this.password = password;
    this.client = new ServiceClient(options.config());
    this.access =
        Access.open(
            client.recovery(),
            options.username(),
            Proof.ofPassword(password),
            KsfPolicy.STANDARD,
            random);
  }

  /** All that follows the login. */
  public RecoveryReport recover(RecoverOptions each) {
    try (HomeBuilder home = HomeBuilder.begin(each.home())) {
      return Recovery.understood(() ->
          new RecoveryRun(
                  each,
                  access,
                  new KafkaEpochAppender(),
                  Clock.systemUTC(),
                  random,
                  ProgressListener.NONE)
              .recover(home));
    }
  }

  /** The whole log, as it is now. */
  public List<LogRecordBytes> log() throws LogTruncatedException {
    List<LogRecordBytes> all = new ArrayList<>();
    Access.TokenCall<dev.cairn.keyserver.publish.LogExtent, RuntimeException> extent =
        token -> access.backup().log(token);
    long end = access.call(extent).endOffset();
    for (long from = access.call(extent).startOffset(); from < end; ) {
      long at = from;
      Access.TokenCall<dev.cairn.keyserver.service.LogPage, LogTruncatedException> read =
          token -> access.backup().records(token, at);
      dev.cairn.keyserver.service.LogPage page = access.call(read);
      all.addAll(page.records());
      from = page.nextOffset();
    }
    return all;
  }

  public RecoverOptions options() {
    return options;
  }

  @Override
  public void close() {
    access.close();
    password.close();
    client.close();
  }
}
