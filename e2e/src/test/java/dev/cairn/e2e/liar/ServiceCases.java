package dev.cairn.e2e.liar;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.bundle.KeyWrap;
import dev.cairn.crypto.bundle.WrapKind;
import dev.cairn.e2e.liar.Case.How;
import dev.cairn.e2e.liar.Case.Who;
import dev.cairn.journal.bundle.BundleCodec;
import dev.cairn.journal.bundle.MalformedBundleException;
import dev.cairn.journal.bundle.StoredBundle;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Lies about each answer of the protocol, and about the login above all. */
final class ServiceCases {
  private static final List<Asked> LOGIN =
      List.of(
          Asked.SERVER,
          Asked.LOGIN_START,
          Asked.LOGIN_FINISH,
          Asked.BUNDLE,
          Asked.NONCE,
          Asked.POSSESSION);
  private static final List<Asked> DATA =
      List.of(
          Asked.SNAPSHOTS, Asked.MANIFEST, Asked.SEGMENT, Asked.INDEX, Asked.EXTENT, Asked.RECORDS);
  private static final Set<Asked> JSON =
      Set.of(
          Asked.SERVER,
          Asked.LOGIN_START,
          Asked.LOGIN_FINISH,
          Asked.NONCE,
          Asked.POSSESSION,
          Asked.SNAPSHOTS,
          Asked.EXTENT);

  /** How often a liar fails a request that a client repeats. */
  private static final int FAILURES = 2;

  /** A refusal with its usual status. */
  private record Refusal(int status, String code) {}

  private static final List<Refusal> REFUSALS =
      List.of(
          new Refusal(401, "token_invalid"),
          new Refusal(403, "signature_invalid"),
          new Refusal(404, "absent"),
          new Refusal(410, "log_truncated"),
          new Refusal(500, "internal"),
          new Refusal(418, "of_a_later_version"),
          new Refusal(302, "elsewhere"));

  /** The same for every answer, so that not each of them needs a login. */
  private static final List<Refusal> MORE_REFUSALS =
      List.of(
          new Refusal(400, "malformed"),
          new Refusal(401, "wrong_secret"),
          new Refusal(403, "forbidden"),
          new Refusal(409, "fenced"),
          new Refusal(409, "username_taken"),
          new Refusal(409, "conflict"),
          new Refusal(413, "too_large"),
          new Refusal(429, "locked_out"),
          new Refusal(429, "too_many"));

  private final Heard truth;
  private final Heard foreign;
  private final Moment present;
  private final Moment past;
  private final Moment between;
  private final Answer pastBundle;
  private final List<Case> cases = new ArrayList<>();

  /**
   * Lies about answers.
   *
   * @param truth what an honest recovery hears
   * @param foreign what somebody else's hears
   * @param past of another key version
   * @param between later than past, and before now
   */
  ServiceCases(
      Heard truth, Heard foreign, Moment present, Moment past, Moment between, Answer pastBundle) {
    this.truth = truth;
    this.foreign = foreign;
    this.present = present;
    this.past = past;
    this.between = between;
    this.pastBundle = pastBundle;
  }

  List<Case> all() {
    LOGIN.forEach(asked -> answers(asked, Who.SMALL, How.LOGIN));
    DATA.forEach(asked -> answers(asked, Who.ALICE, How.READ));
    server();
    login();
    bundles();
    wholes();
    return cases;
  }

  /** One lie about a few bytes of any answer. */
  Case sample(long seed, int number) {
    Random random = new Random(seed + number);
    boolean login = random.nextInt(6) == 0;
    List<Asked> kinds = login ? LOGIN : DATA;
    Asked asked = kinds.get(random.nextInt(kinds.size()));
    long shared = random.nextLong();
    Lie lie = Lie.about(asked, answer -> answer.with(scrambled(answer.body(), new Random(shared))));
    String name = asked + ", sample " + number + " of -Dcairn.liar.seed=" + seed;
    return login
        ? new Case(Row.ANSWER_FLIPPED, name, Who.SMALL, How.LOGIN, lie)
        : new Case(
            Row.ANSWER_FLIPPED,
            name,
            random.nextBoolean() || asked != Asked.RECORDS ? Who.ALICE : Who.CAROL,
            How.READ,
            lie);
  }

  private static Bytes scrambled(Bytes body, Random random) {
    if (body.isEmpty()) {
      return Bytes.wrap(new byte[] {1});
    }
    int at = random.nextInt(body.size());
    int length = Math.min(1 + random.nextInt(40), body.size() - at);
    Bytes before = body.slice(0, at);
    Bytes part = body.slice(at, at + length);
    Bytes after = body.slice(at + length, body.size());
    byte[] noise = new byte[length];
    random.nextBytes(noise);
    return switch (random.nextInt(6)) {
      case 0 -> {
        byte[] bytes = body.toByteArray();
        bytes[at] ^= (byte) (1 << random.nextInt(8));
        yield Bytes.wrap(bytes);
      }
      case 1 -> Bytes.concat(before, Bytes.wrap(noise), after);
      case 2 -> Bytes.concat(before, after);
      case 3 -> Bytes.concat(before, Bytes.wrap(noise), part, after);
      case 4 -> Bytes.concat(before, part, part, after);
      default -> before;
    };
  }

  private void answers(Asked asked, Who who, How how) {
    for (Answer.Delivery bad : List.of(Answer.Delivery.DROPPED, Answer.Delivery.CUT)) {
      add(
          Row.ANSWER_DROPPED,
          asked + " " + bad + " at first",
          who,
          how,
          (request, honest) ->
              request.asked() == asked && request.count() < FAILURES
                  ? honest.ask().with(bad)
                  : honest.ask());
    }
    change(Row.ANSWER_ENDLESS, "", asked, who, how, answer -> answer.with(Answer.Delivery.ENDLESS));
    // A page without records, of a log whose records are behind a snapshot, cuts its end off.
    change(
        asked == Asked.RECORDS ? Row.LOG_CUT : Row.ANSWER_EMPTY,
        "without a body",
        asked,
        who,
        how,
        answer -> answer.with(Bytes.EMPTY));
    change(
        Row.ANSWER_EMPTY,
        "nothing but spaces",
        asked,
        who,
        how,
        answer -> answer.with(Bytes.utf8("   ")));
    change(
        Row.ANSWER_TWICE,
        "",
        asked,
        who,
        how,
        answer -> answer.with(Bytes.concat(answer.body(), answer.body())));
    for (Asked other : List.of(Asked.SERVER, Asked.NONCE, Asked.BUNDLE, Asked.MANIFEST)) {
      if (other != asked) {
        change(
            Row.ANSWER_SWAPPED,
            "by " + other,
            asked,
            who,
            how,
            answer -> answer.with(truth.get(other).body()));
      }
    }
    List<Refusal> refusals = new ArrayList<>(REFUSALS);
    if (how == How.READ || asked == Asked.LOGIN_START) {
      refusals.addAll(MORE_REFUSALS);
    }
    for (Refusal refusal : refusals) {
      add(
          Row.ANSWER_REFUSED,
          asked + " " + refusal.status() + " " + refusal.code(),
          who,
          how,
          Lie.instead(asked, Answer.refused(refusal.status(), refusal.code())));
    }
    if (JSON.contains(asked)) {
      Fields.changesOf(truth.get(asked).body())
          .forEach((name, change) -> change(Row.FIELD, name, asked, who, how, change));
    }
  }

  private void server() {
    for (int memory : new int[] {1, 1024, 65_535, 2_000_000}) {
      change(
          Row.SERVER_WEAK,
          memory + " KiB",
          Asked.SERVER,
          Who.ALICE,
          How.LOGIN,
          Fields.set("/ksf/memoryKiB", memory));
    }
    for (int passes : new int[] {0, 1, 65}) {
      change(
          Row.SERVER_WEAK,
          passes + " passes",
          Asked.SERVER,
          Who.ALICE,
          How.LOGIN,
          Fields.set("/ksf/iterations", passes));
    }
    change(
        Row.SERVER_OTHER,
        "another name",
        Asked.SERVER,
        Who.ALICE,
        How.LOGIN,
        Fields.set("/serverName", "another.example"));
    change(
        Row.SERVER_OTHER,
        "another suite",
        Asked.SERVER,
        Who.ALICE,
        How.LOGIN,
        Fields.set("/suite", "PLAIN"));
  }

  private void login() {
    for (Asked asked : List.of(Asked.LOGIN_START, Asked.LOGIN_FINISH)) {
      add(Row.LOGIN_OTHER, asked + " replayed", Lie.instead(asked, truth.get(asked)));
      add(Row.LOGIN_OTHER, asked + " of another", Lie.instead(asked, foreign.get(asked)));
    }
    add(
        Row.LOGIN_OTHER,
        "both replayed",
        Lie.instead(Asked.LOGIN_START, truth.get(Asked.LOGIN_START))
            .and(Lie.instead(Asked.LOGIN_FINISH, truth.get(Asked.LOGIN_FINISH))));
    add(
        Row.LOGIN_OTHER,
        "the id of another user",
        Lie.about(
            Asked.LOGIN_FINISH,
            Fields.set(
                "/userId", Fields.read(foreign.get(Asked.LOGIN_FINISH).body()).get("userId"))));
    for (String factor : List.of("totp", "of a later version")) {
      add(
          Row.LOGIN_FACTOR,
          factor,
          Lie.about(
              Asked.LOGIN_FINISH,
              Fields.set("/factors", JsonNodeFactory.instance.arrayNode().add(factor))));
    }
    add(Row.NONCE_OTHER, "replayed", Lie.instead(Asked.NONCE, truth.get(Asked.NONCE)));
    add(Row.NONCE_OTHER, "expired", Lie.about(Asked.NONCE, Fields.set("/expiry", 1L)));
    add(Row.NONCE_OTHER, "for ever", Lie.about(Asked.NONCE, Fields.set("/expiry", Long.MAX_VALUE)));
    for (Asked asked : List.of(Asked.LOGIN_FINISH, Asked.POSSESSION)) {
      for (boolean older : new boolean[] {true, false}) {
        Heard whose = older ? truth : foreign;
        for (Asked rung : List.of(Asked.LOGIN_FINISH, Asked.POSSESSION)) {
          add(
              Row.TOKEN_OTHER,
              rung + "'s for " + asked + (older ? ", older" : ", of another"),
              Lie.about(
                  asked, Fields.set("/token", Fields.read(whose.get(rung).body()).get("token"))));
        }
      }
    }
  }

  private void bundles() {
    add(Row.BUNDLE_OTHER, "as it is", Lie.instead(Asked.BUNDLE, foreign.get(Asked.BUNDLE)));
    bundle(
        Row.BUNDLE_OTHER,
        "under this user's id",
        own -> {
          StoredBundle other = decode(foreign.get(Asked.BUNDLE).body());
          return new StoredBundle(own.userId(), own.bundleVersion(), other.wraps());
        });
    bundle(
        Row.BUNDLE_OTHER,
        "another user's id",
        own -> {
          StoredBundle other = decode(foreign.get(Asked.BUNDLE).body());
          return new StoredBundle(other.userId(), own.bundleVersion(), own.wraps());
        });
    bundle(
        Row.BUNDLE_ALTERED,
        "a later version",
        own -> new StoredBundle(own.userId(), own.bundleVersion() + 1, own.wraps()));
    bundle(
        Row.BUNDLE_ALTERED,
        "wraps doubled",
        own -> {
          List<KeyWrap> twice = new ArrayList<>(own.wraps());
          twice.addAll(own.wraps());
          return new StoredBundle(own.userId(), own.bundleVersion(), twice);
        });
    wrap(
        "of a wallet",
        it ->
            new KeyWrap(
                WrapKind.WALLET, it.parameters(), it.commitment(), it.nonce(), it.sealed()));
    wrap(
        "of a recovery key",
        it ->
            new KeyWrap(
                WrapKind.RECOVERY_KEY, it.parameters(), it.commitment(), it.nonce(), it.sealed()));
    wrap(
        "other parameters",
        it ->
            new KeyWrap(
                it.kind(),
                LogCases.flippedAt(it.parameters(), 5),
                it.commitment(),
                it.nonce(),
                it.sealed()));
    wrap(
        "no parameters",
        it -> new KeyWrap(it.kind(), Bytes.EMPTY, it.commitment(), it.nonce(), it.sealed()));
    wrap(
        "another commitment",
        it ->
            new KeyWrap(
                it.kind(),
                it.parameters(),
                LogCases.flippedAt(it.commitment(), 31),
                it.nonce(),
                it.sealed()));
    wrap(
        "another nonce",
        it ->
            new KeyWrap(
                it.kind(),
                it.parameters(),
                it.commitment(),
                LogCases.flippedAt(it.nonce(), 0),
                it.sealed()));
    wrap(
        "a sealed byte flipped",
        it ->
            new KeyWrap(
                it.kind(),
                it.parameters(),
                it.commitment(),
                it.nonce(),
                LogCases.flippedAt(it.sealed(), 20)));
    wrap(
        "a sealed byte less",
        it ->
            new KeyWrap(
                it.kind(),
                it.parameters(),
                it.commitment(),
                it.nonce(),
                it.sealed().slice(0, it.sealed().size() - 1)));
    wrap(
        "nothing sealed",
        it -> new KeyWrap(it.kind(), it.parameters(), it.commitment(), it.nonce(), Bytes.EMPTY));
    cases.add(
        new Case(
            Row.BUNDLE_OLDER,
            "with the present data",
            Who.ALICE,
            How.LOGIN,
            Lie.instead(Asked.BUNDLE, pastBundle)));
    cases.add(
        new Case(
            Row.BUNDLE_OLDER,
            "believed to prove possession, with the present data",
            Who.ALICE,
            How.LOGIN,
            Lie.instead(Asked.BUNDLE, pastBundle)
                .and(Lie.instead(Asked.POSSESSION, truth.get(Asked.POSSESSION)))
                .and(Lies.moment(present))));
  }

  private void wholes() {
    cases.add(
        new Case(Row.OLDER_WHOLE, "since the rotation", Who.ALICE, How.READ, Lies.moment(between)));
    cases.add(
        new Case(
            Row.OLDER_WHOLE,
            "before the rotation, under the newer bundle",
            Who.ALICE,
            How.READ,
            Lies.moment(past)));
    cases.add(
        new Case(
            Row.OLDEST_WHOLE,
            "before the rotation",
            Who.ALICE,
            How.LOGIN,
            Lie.instead(Asked.BUNDLE, pastBundle)
                .and(Lie.instead(Asked.POSSESSION, truth.get(Asked.POSSESSION)))
                .and(Lies.moment(past))));
    cases.add(
        new Case(
            Row.LOG_CUT,
            "the log of another time behind the newest snapshot",
            Who.ALICE,
            How.READ,
            Lies.files(present.files()).and(Lies.log(past.log()))));
    cases.add(
        new Case(
            Row.LOG_CUT,
            "the log before the newest snapshot",
            Who.ALICE,
            How.READ,
            Lies.files(present.files()).and(Lies.log(between.log()))));
  }

  private void wrap(String name, UnaryOperator<KeyWrap> change) {
    bundle(
        Row.BUNDLE_ALTERED,
        name,
        own ->
            new StoredBundle(
                own.userId(), own.bundleVersion(), own.wraps().stream().map(change).toList()));
  }

  private void bundle(Row row, String name, UnaryOperator<StoredBundle> change) {
    add(
        row,
        name,
        Lie.about(
            Asked.BUNDLE,
            answer ->
                answer.with(
                    BundleCodec.withBuiltInSchemas().encode(change.apply(decode(answer.body()))))));
  }

  private static StoredBundle decode(Bytes bytes) {
    try {
      return BundleCodec.withBuiltInSchemas().decode(bytes);
    } catch (MalformedBundleException e) {
      throw new IllegalStateException("the service's own bundle", e);
    }
  }

  private void change(
      Row row, String name, Asked asked, Who who, How how, UnaryOperator<Answer> change) {
    add(row, (asked + " " + name).strip(), who, how, Lie.about(asked, change));
  }

  private void add(Row row, String name, Lie lie) {
    add(row, name, Who.SMALL, How.LOGIN, lie);
  }

  private void add(Row row, String name, Who who, How how, Lie lie) {
    cases.add(new Case(row, name, who, how, lie));
  }
}
