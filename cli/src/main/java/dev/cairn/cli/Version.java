package dev.cairn.cli;

import picocli.CommandLine;

/** Which version this is, from the jar's manifest. */
final class Version implements CommandLine.IVersionProvider {
  @Override
  public String[] getVersion() {
    String version = Version.class.getPackage().getImplementationVersion();
    return new String[] {"cairn " + (version == null ? "(built from source)" : version)};
  }
}
