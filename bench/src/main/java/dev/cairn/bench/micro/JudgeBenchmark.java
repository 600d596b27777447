package dev.cairn.bench.micro;

import dev.cairn.crypto.AuthorKey;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.StateAccumulator;
import dev.cairn.crypto.UserId;
import dev.cairn.journal.judge.Judge;
import dev.cairn.journal.judge.Judgement;
import dev.cairn.journal.judge.Verdict;
import dev.cairn.journal.record.CommitDraft;
import dev.cairn.journal.record.EpochDraft;
import dev.cairn.journal.record.EpochOpened;
import dev.cairn.journal.record.NumberedOperation;
import dev.cairn.journal.record.Operation;
import dev.cairn.journal.record.RecordCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Judging a genesis and one commit: decoding, signatures, digests, the chain. */
@State(Scope.Thread)
public class JudgeBenchmark {
  private static final int SEALED = 1_200;

  /** Operations in the commit, each with a sealed object of 1,200 bytes. */
  @Param({"1", "100", "500"})
  public int operations;

  private final UserId userId = UserId.parse("a".repeat(26));
  private Bytes genesis = Bytes.EMPTY;
  private Bytes commit = Bytes.EMPTY;

  /** Signs both records. */
  @Setup
  public void prepare() {
    Random random = new Random(1);
    AuthorKey author = AuthorKey.takeOwnershipOfSeed(bytes(random, 32).toByteArray());
    EpochOpened first = EpochDraft.genesis(userId, author.publicKey(), 1).sign(author);
    StateAccumulator state = new StateAccumulator();
    List<NumberedOperation> numbered = new ArrayList<>();
    for (int i = 0; i < operations; i++) {
      NumberedOperation operation =
          NumberedOperation.of(
              userId,
              1,
              1,
              1,
              new Operation(
                  bytes(random, 32), Optional.of(bytes(random, SEALED)), Optional.empty()));
      state.add(operation.element().orElseThrow());
      numbered.add(operation);
    }
    RecordCodec codec = RecordCodec.withBuiltInSchemas();
    genesis = codec.encode(first);
    commit =
        codec.encode(
            new CommitDraft(
                    userId,
                    1,
                    1,
                    1,
                    first.head(),
                    0,
                    List.of(operations),
                    0,
                    numbered,
                    state.digest(),
                    operations,
                    2)
                .sign(author));
  }

  private static Bytes bytes(Random random, int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return Bytes.wrap(bytes);
  }

  /** Both, by a reader of the whole log. */
  @Benchmark
  public Judgement judge() {
    Judge judge = Judge.fromGenesis(userId, Optional.empty());
    judge.judge(0, genesis);
    Judgement judgement = judge.judge(1, commit);
    if (judgement.verdict() != Verdict.ACCEPTED) {
      throw new IllegalStateException("The commit is " + judgement.verdict());
    }
    return judgement;
  }
}
