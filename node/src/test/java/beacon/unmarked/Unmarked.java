package beacon.unmarked;

/** In a package that says nothing about null, for the architecture test to find. */
public final class Unmarked {}
