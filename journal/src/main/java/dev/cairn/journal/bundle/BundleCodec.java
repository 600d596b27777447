package dev.cairn.journal.bundle;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.bundle.KeyWrap;
import dev.cairn.crypto.bundle.WrapKind;
import dev.cairn.schemas.avro.BundleWrap;
import dev.cairn.schemas.avro.RecoveryBundle;
import dev.cairn.schemas.wire.MalformedWireException;
import dev.cairn.schemas.wire.RecordType;
import dev.cairn.schemas.wire.SchemaIds;
import dev.cairn.schemas.wire.WireFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Recovery bundles to the bytes that the provider stores and back. Nothing here is authenticated:
 * opening a wrap is what does that. Wraps of a kind that this version does not know are passed
 * over. Thread-safe.
 */
public final class BundleCodec {
  /** A stored bundle is not longer. */
  public static final int MAX_BYTES = 64 * 1024;

  private static final int FORMAT_VERSION = 1;
  private static final int MAX_WRAPS = 16;
  private static final int MAX_FIELD_BYTES = 16 * 1024;
  private static final int COMMITMENT_BYTES = 32;
  private static final int NONCE_BYTES = 24;

  private final WireFormat wire;

  /**
   * A codec that reads the built-in ids, these ids, and others by trial.
   *
   * @param ids which schema id stands in the prefix of what is encoded
   */
  public BundleCodec(SchemaIds ids) {
    this.wire = new WireFormat(ids);
  }

  /** A codec that needs no registry. */
  public static BundleCodec withBuiltInSchemas() {
    return new BundleCodec(SchemaIds.builtIn());
  }

  /**
   * The stored form.
   *
   * @throws IllegalArgumentException if it would be longer than readers accept
   */
  public Bytes encode(StoredBundle bundle) {
    List<BundleWrap> wraps = new ArrayList<>();
    for (KeyWrap wrap : bundle.wraps()) {
      require(wrap);
      wraps.add(
          new BundleWrap(
              wrap.kind().code(),
              wrap.parameters().asReadOnlyByteBuffer(),
              wrap.commitment().asReadOnlyByteBuffer(),
              wrap.nonce().asReadOnlyByteBuffer(),
              wrap.sealed().asReadOnlyByteBuffer()));
    }
    Bytes encoded =
        Bytes.wrap(
            wire.encode(
                new RecoveryBundle(
                    FORMAT_VERSION, bundle.userId().value(), bundle.bundleVersion(), wraps)));
    if (wraps.isEmpty() || wraps.size() > MAX_WRAPS || encoded.size() > MAX_BYTES) {
      throw new IllegalArgumentException(
          wraps.size() + " wraps in " + encoded.size() + " bytes make no bundle");
    }
    return encoded;
  }

  /** Reads the stored form. */
  public StoredBundle decode(Bytes stored) throws MalformedBundleException {
    if (stored.size() > MAX_BYTES) {
      throw new MalformedBundleException(stored.size() + " bytes are too many");
    }
    try {
      RecoveryBundle bundle =
          wire.decode(stored.toByteArray(), RecordType.RECOVERY_BUNDLE, RecoveryBundle.class);
      if (bundle.getVersion() != FORMAT_VERSION) {
        throw new MalformedBundleException(
            "it has format version "
                + bundle.getVersion()
                + " and this program reads version "
                + FORMAT_VERSION);
      }
      if (bundle.getWraps().isEmpty() || bundle.getWraps().size() > MAX_WRAPS) {
        throw new MalformedBundleException("it has " + bundle.getWraps().size() + " wraps");
      }
      List<KeyWrap> wraps = new ArrayList<>();
      for (BundleWrap each : bundle.getWraps()) {
        Optional<WrapKind> kind = WrapKind.of(each.getKind());
        if (kind.isPresent()) {
          KeyWrap wrap =
              new KeyWrap(
                  kind.get(),
                  Bytes.copyOf(each.getParameters()),
                  Bytes.copyOf(each.getCommitment()),
                  Bytes.copyOf(each.getNonce()),
                  Bytes.copyOf(each.getSealed()));
          require(wrap);
          wraps.add(wrap);
        }
      }
      return new StoredBundle(UserId.parse(bundle.getUserId()), bundle.getBundleVersion(), wraps);
    } catch (MalformedWireException | IllegalArgumentException e) {
      throw new MalformedBundleException(String.valueOf(e.getMessage()), e);
    }
  }

  private static void require(KeyWrap wrap) {
    if (wrap.commitment().size() != COMMITMENT_BYTES
        || wrap.nonce().size() != NONCE_BYTES
        || wrap.parameters().size() > MAX_FIELD_BYTES
        || wrap.sealed().size() > MAX_FIELD_BYTES) {
      throw new IllegalArgumentException("the lengths of a wrap are out of bounds");
    }
  }
}
