package beacon.index.read;

import com.google.protobuf.ByteString;

/**
 * What an address resolved to.
 *
 * @param address canonical, with temporal part "*^"
 * @param revision counted from 1
 * @param sequence of the event that set it
 * @param cid binary CIDv1
 */
public record Pointer(String address, long revision, long sequence, ByteString cid, long timeUnixMicros) {}
