package dev.cairn.metrics;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Every metric of Cairn's own, in one place. Whatever a process exposes under {@code cairn_} is
 * here, and whatever is here is exposed; a test compares the two on a running stack.
 *
 * <p>Per user there are totals and maxima only: a provider has many users, and a time series for
 * each would cost more than the backups. Who it is stands in the log lines.
 */
public enum Metric {
  // --- keyserver ------------------------------------------------------------------------------
  UNBACKED_BYTES(
      Component.KEYSERVER,
      Kind.GAUGE,
      "unbacked",
      "bytes",
      "Bytes of records that are durable on this machine and not yet known to be backed up",
      "> 64 MiB for 10 min: Kafka is away or too slow; at the configured bound writing stops"),
  UNBACKED_TRANSACTIONS(
      Component.KEYSERVER,
      Kind.GAUGE,
      "unbacked.transactions",
      "",
      "Transactions that are durable on this machine and not yet known to be backed up",
      ""),
  UNBACKED_AGE(
      Component.KEYSERVER,
      Kind.GAUGE,
      "unbacked.age",
      "seconds",
      "Age of the oldest record that is not backed up; 0 if all are",
      "> 300: what was written since then is lost if this machine is"),
  SEQUENCE(
      Component.KEYSERVER,
      Kind.GAUGE,
      "sequence",
      "",
      "Number of the newest transaction that is durable on this machine",
      ""),
  BACKED_UP_SEQUENCE(
      Component.KEYSERVER,
      Kind.GAUGE,
      "backed.up.sequence",
      "",
      "Every transaction up to this number is backed up",
      ""),
  EPOCH(
      Component.KEYSERVER,
      Kind.GAUGE,
      "epoch",
      "",
      "Epoch in which this keyserver writes; one more with every takeover",
      ""),
  OBJECTS(Component.KEYSERVER, Kind.GAUGE, "objects", "", "Objects in the store", ""),
  FENCED(
      Component.KEYSERVER,
      Kind.GAUGE,
      "fenced",
      "",
      "1 if another keyserver has taken the log over and this one can back nothing up any more",
      "== 1: stop using this machine, and if nobody of yours took over, change the secret"),
  PUBLISHING_TROUBLED(
      Component.KEYSERVER,
      Kind.GAUGE,
      "publishing.troubled",
      "",
      "1 while something keeps transactions from being backed up",
      ""),
  SNAPSHOT_TIME(
      Component.KEYSERVER,
      Kind.GAUGE,
      "snapshot.timestamp",
      "seconds",
      "When the owner signed the record that the provider's newest snapshot is of, in seconds since"
          + " 1970; 0 if there is none or it is not known yet",
      "older than 2 days while there are writes: recovery gets slower, the log grows"),
  VERIFIED_RECOVERY_TIME(
      Component.KEYSERVER,
      Kind.GAUGE,
      "verified.recovery.timestamp",
      "seconds",
      "When a recovery from the provider was last completed and verified to the last byte (a drill"
          + " counts), in seconds since 1970; 0 if never",
      "older than 35 days, or 0: a backup that was never restored is a hope"),

  // --- compactor ------------------------------------------------------------------------------
  JOBS(
      Component.COMPACTOR,
      Kind.COUNTER,
      "jobs",
      "",
      "Compaction jobs that came to an end, by what they came to",
      "any increase of damaged or quarantined; failed growing for 30 min",
      Label.of(
          "result",
          "what the job came to",
          "published",
          "unchanged",
          "damaged",
          "quarantined",
          "failed")),
  JOB_DURATION(
      Component.COMPACTOR,
      Kind.TIMER,
      "job.duration",
      "seconds",
      "How long a job ran, from the first look at storage to the last sweep",
      ""),
  JOBS_WAITING(
      Component.COMPACTOR,
      Kind.GAUGE,
      "jobs.waiting",
      "",
      "Jobs that this process has taken from the topic and not begun",
      ""),
  JOBS_RUNNING(
      Component.COMPACTOR, Kind.GAUGE, "jobs.running", "", "Jobs that run in this process", ""),
  JOB_RETRIES(
      Component.COMPACTOR,
      Kind.COUNTER,
      "job.retries",
      "",
      "Jobs put off because not even their outcome could be told: Kafka was away",
      ""),
  LOG_READ_RECORDS(
      Component.COMPACTOR,
      Kind.COUNTER,
      "log.read.records",
      "",
      "Log records judged by workers",
      ""),
  LOG_READ_BYTES(
      Component.COMPACTOR, Kind.COUNTER, "log.read", "bytes", "Bytes of log judged by workers", ""),
  REFUSED_RECORDS(
      Component.COMPACTOR,
      Kind.COUNTER,
      "log.refused.records",
      "",
      "Records in users' logs that change nothing, by verdict: a keyserver that was taken over and"
          + " still writes (stale, unopened), one that is not the owner's (alien), one that skips"
          + " (ahead), and plain repetitions (passed). A record counts each time it is judged",
      "alien or ahead increasing: somebody writes who must not, or the log is damaged",
      Label.of(
          "verdict", "how the record was judged", "stale", "unopened", "passed", "ahead", "alien")),
  SNAPSHOT_BYTES(
      Component.COMPACTOR,
      Kind.COUNTER,
      "snapshot.written",
      "bytes",
      "Bytes of the snapshots that were published",
      ""),
  TRUNCATIONS(
      Component.COMPACTOR,
      Kind.COUNTER,
      "truncations",
      "",
      "Truncations of users' logs behind two verified snapshots",
      ""),
  TRUNCATED_RECORDS(
      Component.COMPACTOR,
      Kind.COUNTER,
      "truncated.records",
      "",
      "Log offsets that truncations moved past",
      ""),
  SWEPT_SNAPSHOTS(
      Component.COMPACTOR,
      Kind.COUNTER,
      "swept.snapshots",
      "",
      "Superseded snapshots, and remains of workers that died, that were deleted",
      ""),
  TRACKED_USERS(
      Component.COMPACTOR,
      Kind.GAUGE,
      "tracked.users",
      "",
      "Users that this process' tracker watches; 0 while another process has the cell",
      ""),
  UNCOMPACTED_BYTES(
      Component.COMPACTOR,
      Kind.GAUGE,
      "uncompacted",
      "bytes",
      "Bytes in logs behind the newest snapshots, of all users together",
      ""),
  UNCOMPACTED_BYTES_MAX(
      Component.COMPACTOR,
      Kind.GAUGE,
      "uncompacted.worst",
      "bytes",
      "Bytes behind the newest snapshot of the user who has most of them",
      "> 4 × compaction.min.bytes + snapshot for 1 h: compactions do not keep up"),
  UNCOMPACTED_RECORDS(
      Component.COMPACTOR,
      Kind.GAUGE,
      "uncompacted.records",
      "",
      "Records behind the newest snapshots, of all users together",
      ""),
  UNCOMPACTED_AGE(
      Component.COMPACTOR,
      Kind.GAUGE,
      "uncompacted.age",
      "seconds",
      "Age of the oldest record behind a newest snapshot, over all users: how old a snapshot is"
          + " allowed to be where there is something newer",
      "> 2 × compaction.age.ms for 1 h: somebody's snapshot is not renewed"),
  QUARANTINED_USERS(
      Component.COMPACTOR,
      Kind.GAUGE,
      "quarantined.users",
      "",
      "Users whose log does not come to what they signed, at their last job: nothing of theirs is"
          + " truncated until the owner uploads the state anew",
      "> 0: a bug, a tampered log, or a tampered snapshot"),
  DAMAGED_LOGS(
      Component.COMPACTOR,
      Kind.GAUGE,
      "damaged.logs",
      "",
      "Users whose log was damaged at their last job: nothing was truncated",
      "> 0 for 1 h: the keyserver heals it when it is back; else Kafka lost or changed data"),
  FAILING_USERS(
      Component.COMPACTOR,
      Kind.GAUGE,
      "failing.users",
      "",
      "Users whose last job failed for another reason: storage away, a snapshot missing",
      "> 0 for 1 h"),
  TRACKER_RUNNING(
      Component.COMPACTOR,
      Kind.GAUGE,
      "tracker.running",
      "",
      "1 while the tracker runs; 0 while it starts, rebalances or has stopped",
      "== 0 for 10 min: compactions come only when somebody asks"),
  WORKERS_RUNNING(
      Component.COMPACTOR,
      Kind.GAUGE,
      "workers.running",
      "",
      "1 while jobs are being taken from the topic",
      "== 0 for 10 min"),
  TRACKER_RESTARTS(
      Component.COMPACTOR,
      Kind.COUNTER,
      "tracker.restarts",
      "",
      "Times the tracker's thread failed and was replaced",
      ""),
  COMPACTOR_REGISTRY(
      Component.COMPACTOR,
      Kind.GAUGE,
      "registry",
      "",
      "1 for how this process stands with the schema registry, 0 for the others: none is configured; it"
          + " knows our schemas; it did not answer yet; it refused them",
      "unreachable or refused for 30 min: backup and recovery go on, but tools cannot look up the ids"
          + " of new records",
      Label.of("state", "how it stands", "none", "known", "unreachable", "refused")),

  // --- recovery -------------------------------------------------------------------------------
  REQUESTS(
      Component.RECOVERY,
      Kind.TIMER,
      "request.duration",
      "seconds",
      "How long requests took",
      "5xx answers above 1 % for 10 min",
      Label.of("method", "HTTP method"),
      Label.of("route", "route as in the OpenAPI document, \"unknown\" for any other path"),
      Label.of("status", "status code of the answer")),
  REGISTRATIONS(
      Component.RECOVERY,
      Kind.COUNTER,
      "registrations",
      "",
      "Accounts registered through this instance",
      ""),
  GUESSES(
      Component.RECOVERY,
      Kind.COUNTER,
      "guesses",
      "",
      "Logins started, each counted durably before it was answered: every one is a guess at a"
          + " secret until it has succeeded",
      "many more than logins: somebody guesses"),
  LOGINS(
      Component.RECOVERY,
      Kind.COUNTER,
      "logins",
      "",
      "Logins finished, by whether the proof was right. A client that sees a wrong password ends by"
          + " itself: wrong guesses are guesses less right logins",
      "wrong growing: somebody sends made-up proofs",
      Label.of("result", "whether the proof was right", "right", "wrong")),
  LOCKOUTS(
      Component.RECOVERY,
      Kind.COUNTER,
      "lockouts",
      "",
      "Logins refused because the name had too many guesses",
      "any increase: an owner mistypes, or somebody guesses at one name"),
  TAKEOVERS(
      Component.RECOVERY,
      Kind.COUNTER,
      "takeovers",
      "",
      "Takeovers asked for; one that is asked again counts again",
      ""),
  REFUSED_WRITERS(
      Component.RECOVERY,
      Kind.COUNTER,
      "refused.writers",
      "",
      "Keyservers that asked for a connection in an epoch that has been taken over",
      "any increase: an old machine is still on, or a clone of one"),
  STREAMED_BYTES(
      Component.RECOVERY,
      Kind.COUNTER,
      "streamed",
      "bytes",
      "Bytes given out to owners",
      "",
      Label.of("what", "of what", "snapshot", "log")),
  ACCOUNTS(
      Component.RECOVERY,
      Kind.GAUGE,
      "accounts",
      "",
      "Accounts, as of the last look (every few seconds)",
      ""),
  OVER_QUOTA(
      Component.RECOVERY,
      Kind.GAUGE,
      "over.quota",
      "",
      "Accounts that hold more than quota.stored.bytes, as of the last look (every 15 min); they write"
          + " slowly",
      "> 0: their backups fall behind. Raise the quota, or talk to them"),
  LOCKED_NAMES(
      Component.RECOVERY,
      Kind.GAUGE,
      "locked.names",
      "",
      "Names whose next guess is not answered yet",
      ""),
  PENDING_EFFECTS(
      Component.RECOVERY,
      Kind.GAUGE,
      "pending.effects",
      "",
      "Takeovers that were granted and whose revocation is not finished; any instance finishes them",
      "> 0 for 15 min: an owner waits, and the old machine may still write"),
  FOLD_LAG(
      Component.RECOVERY,
      Kind.GAUGE,
      "fold.lag.records",
      "",
      "Commands in the accounts topic that this instance had not folded at the last look",
      "> 0 for 5 min"),
  FOLDED_OFFSET(
      Component.RECOVERY,
      Kind.GAUGE,
      "folded.offset",
      "",
      "Offset of the accounts topic that this instance has folded to; instances agree",
      ""),
  CHECKPOINT_OFFSET(
      Component.RECOVERY,
      Kind.GAUGE,
      "checkpoint.offset",
      "",
      "Offset of the accounts topic that the newest checkpoint in storage covers; 0 if there is none",
      ""),
  ANSWERING(
      Component.RECOVERY,
      Kind.GAUGE,
      "answering",
      "",
      "1 while this instance may answer; 0 once it found the accounts topic shorter than what it"
          + " had folded, or unreadable",
      "== 0: commands were lost. See the log before anything is restarted"),
  READY(
      Component.RECOVERY,
      Kind.GAUGE,
      "ready",
      "",
      "1 if Kafka and storage answered at the last look and everything was folded",
      "== 0 for 2 min"),
  RECOVERY_REGISTRY(
      Component.RECOVERY,
      Kind.GAUGE,
      "registry",
      "",
      "1 for how this process stands with the schema registry, 0 for the others: none is configured; it"
          + " knows our schemas; it did not answer yet; it refused them",
      "unreachable or refused for 30 min: backup and recovery go on, but tools cannot look up the ids"
          + " of new records",
      Label.of("state", "how it stands", "none", "known", "unreachable", "refused"));

  private final Component component;
  private final Kind kind;
  private final String meterName;
  private final String unit;
  private final String help;
  private final String alert;

  // List.of of records: as immutable as the rest.
  @SuppressWarnings("ImmutableEnumChecker")
  private final List<Label> labels;

  Metric(
      Component component,
      Kind kind,
      String name,
      String unit,
      String help,
      String alert,
      Label... labels) {
    this.component = component;
    this.kind = kind;
    this.meterName = "cairn." + component.id() + "." + name;
    this.unit = unit;
    this.help = help;
    this.alert = alert;
    this.labels = List.of(labels);
  }

  /** The process that has it. */
  public Component component() {
    return component;
  }

  public Kind kind() {
    return kind;
  }

  /** Micrometer's name, also that of the MBean. */
  public String meterName() {
    return meterName;
  }

  /** The base unit, where it has one. */
  public Optional<String> unit() {
    return unit.isEmpty() ? Optional.empty() : Optional.of(unit);
  }

  public String help() {
    return help;
  }

  /** When to wake somebody, where that is worth it. */
  public Optional<String> alert() {
    return alert.isEmpty() ? Optional.empty() : Optional.of(alert);
  }

  public List<Label> labels() {
    return labels;
  }

  /** The name of the family in Prometheus' exposition. */
  public String prometheusName() {
    String name = meterName.replace('.', '_') + (unit.isEmpty() ? "" : "_" + unit);
    return kind == Kind.COUNTER ? name + "_total" : name;
  }

  /** The names that its samples have there. */
  public List<String> sampleNames() {
    String name = prometheusName();
    return switch (kind) {
      case COUNTER, GAUGE -> List.of(name);
      case TIMER -> List.of(name + "_bucket", name + "_count", name + "_sum", name + "_max");
    };
  }

  /** Those of one process. */
  public static Set<Metric> of(Component component) {
    EnumSet<Metric> all = EnumSet.noneOf(Metric.class);
    Arrays.stream(values()).filter(it -> it.component == component).forEach(all::add);
    return all;
  }
}
