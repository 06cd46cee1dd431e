package beacon.index.log;

/** Breaks a rule, for the architecture test to find. */
public final class UsesDht {
    beacon.dht.Host host;
}
