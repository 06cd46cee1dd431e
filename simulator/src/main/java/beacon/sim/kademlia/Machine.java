package beacon.sim.kademlia;

/** Where a process runs: what the network between machines does to it. */
final class Machine {
    final int number;
    /** Half of what the way to and from here takes, microseconds. */
    final long lagMicros;
    /** Of a partition; machines on different sides do not reach each other. */
    int side;
    /** Times that everything takes longer here. */
    int slowness = 1;
    /** Without power nothing answers, not even that nobody is there. */
    boolean powered = true;

    Machine(int number, long lagMicros) {
        this.number = number;
        this.lagMicros = lagMicros;
    }

    boolean reaches(Machine other) {
        return powered && other.powered && side == other.side;
    }
}
