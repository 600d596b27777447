package dev.cairn.e2e.simulation;

/**
 * What a keyserver has of its own: which epoch it writes in, its disk, its database. Survives it.
 */
record Home(String name, long epoch, SimulatedDisk disk, Database database) {}
