package beacon.dht.providers;

/**
 * What sweeping one region did.
 *
 * @param region that was swept
 * @param due contents in it
 * @param announced of them, to all or all but a few of their servers
 * @param servers told
 * @param lookups to find them
 */
public record SweepResult(Region region, int due, int announced, int servers, int lookups) {}
