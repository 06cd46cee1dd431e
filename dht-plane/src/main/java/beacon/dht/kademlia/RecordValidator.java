package beacon.dht.kademlia;

import com.google.protobuf.ByteString;

/** The rules of one namespace of records, the part of a key between its first two slashes. */
public interface RecordValidator {
    /** Whether a value may be kept under a key. */
    boolean isValid(ByteString key, ByteString value);

    /** Whether one valid value is better than another; must be a strict order. */
    boolean isBetter(ByteString key, ByteString value, ByteString than);

    /** Any value is valid, and the greatest in byte order wins: for tests and scripts. */
    RecordValidator GREATEST = new RecordValidator() {
        @Override
        public boolean isValid(ByteString key, ByteString value) {
            return true;
        }

        @Override
        public boolean isBetter(ByteString key, ByteString value, ByteString than) {
            return ByteString.unsignedLexicographicalComparator().compare(value, than) > 0;
        }
    };
}
