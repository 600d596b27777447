package dev.cairn.crypto.opaque;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Vectors;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

/**
 * Every vector of RFC 9497 that applies: appendix A.3.1, P256-SHA256 in OPRF mode. Those of its
 * modes VOPRF and POPRF (A.3.2, A.3.3) do not apply, because OPAQUE is defined over mode 0 only
 * (RFC 9807 section 2.1), and those of the other groups (A.1, A.2, A.4, A.5) because we have one
 * suite.
 */
class OprfVectorsTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private final Vectors vectors = new Vectors("opaque/rfc9497-p256-oprf.properties");

  @Test
  void everyVector() throws Exception {
    BigInteger key =
        P256.deriveKeyPair(
            vectors.get("seed").toByteArray(),
            new String(vectors.get("keyInfo").toByteArray(), StandardCharsets.US_ASCII));
    assertEquals(vectors.get("skSm"), Bytes.wrap(P256.serialize(key)));
    assertEquals(vectors.get("groupDST"), Bytes.utf8(P256.HASH_TO_GROUP_DST));
    for (int i = 1; i <= 2; i++) {
      byte[] input = vectors.get(i + ".Input").toByteArray();
      BigInteger blind = P256.scalar(vectors.get(i + ".Blind").toByteArray());
      Bytes blinded = Oprf.blind(input, blind, RANDOM);
      assertEquals(vectors.get(i + ".BlindedElement"), blinded);
      Bytes evaluated = Oprf.blindEvaluate(key, blinded, RANDOM);
      assertEquals(vectors.get(i + ".EvaluationElement"), evaluated);
      assertEquals(
          vectors.get(i + ".Output"), Bytes.wrap(Oprf.finish(input, blind, evaluated, RANDOM)));
    }
    assertTrue(vectors.unused("").isEmpty(), () -> "unused: " + vectors.unused(""));
  }
}
