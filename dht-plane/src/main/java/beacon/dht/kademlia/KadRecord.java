package beacon.dht.kademlia;

import com.google.protobuf.ByteString;

/**
 * A value under a key.
 *
 * @param timeReceived RFC 3339 text set by the peer that keeps it; empty on the way there
 */
public record KadRecord(ByteString key, ByteString value, String timeReceived) {}
