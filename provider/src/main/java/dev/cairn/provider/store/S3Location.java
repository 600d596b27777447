package dev.cairn.provider.store;

/** Where a bucket is and who may use it. {@code toString} leaves the secret out. */
public record S3Location(
    String endpoint, String region, String bucket, String accessKey, String secretKey) {
  @Override
  public String toString() {
    return "S3Location[" + endpoint + "/" + bucket + "]";
  }
}
