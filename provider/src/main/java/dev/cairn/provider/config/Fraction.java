package dev.cairn.provider.config;

import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/** A number above 0; not-a-number is none. */
record Fraction(double most) implements ConfigDef.Validator {
  @Override
  public void ensureValid(String name, Object value) {
    if (!(value instanceof Double number && number > 0 && number <= most)) {
      throw new ConfigException(name, value, "must be above 0 and up to " + most);
    }
  }

  @Override
  public String toString() {
    return "(0,...," + most + "]";
  }
}
