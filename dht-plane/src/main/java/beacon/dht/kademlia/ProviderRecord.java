package beacon.dht.kademlia;

import com.google.protobuf.ByteString;
import java.time.Instant;

/**
 * Who has some content, until when this may be told.
 *
 * @param key multihash of the content
 */
public record ProviderRecord(ByteString key, KadPeer provider, Instant expires) {}
