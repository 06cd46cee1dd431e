package beacon.dht.kademlia;

import beacon.dht.wire.PeerId;
import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Collects the values that peers have under a key, and remembers who has the best one. */
final class ValueSearch {
    private final ByteString key;
    private final Validators validators;
    private final Map<PeerId, ByteString> valueOf = new TreeMap<>();
    private @Nullable ByteString best;

    ValueSearch(ByteString key, Validators validators) {
        this.key = key;
        this.validators = validators;
    }

    void visited(KadPeer peer, KadMessage answer) {
        answer.record().ifPresent(record -> add(Optional.of(peer.id()), record));
    }

    void add(Optional<PeerId> from, KadRecord record) {
        if (!record.key().equals(key) || !validators.isValid(key, record.value())) {
            return;
        }
        from.ifPresent(peer -> valueOf.put(peer, record.value()));
        ByteString known = best;
        if (known == null || validators.isBetter(key, record.value(), known)) {
            best = record.value();
        }
    }

    Optional<ByteString> best() {
        return Optional.ofNullable(best);
    }

    /** Those of some peers that have another value than the best, or none. */
    List<KadPeer> behind(List<KadPeer> peers) {
        return peers.stream()
                .filter(peer -> !Optional.ofNullable(valueOf.get(peer.id())).equals(best()))
                .toList();
    }
}
