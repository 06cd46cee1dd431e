package beacon.dht.kademlia;

import beacon.dht.wire.PeerId;
import beacon.dht.wire.WireException;
import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a server answers, as a step function: one request in, at most one answer out. A request that breaks the rules
 * is refused with {@link WireException}, upon which the caller resets the stream.
 */
final class KadServer {
    /** As in other implementations. */
    private static final int MAX_PROVIDER_KEY_BYTES = 80;

    private static final int MAX_PROVIDERS_TOLD = 32;
    private static final int MAX_ADDRESSES_KEPT = 8;
    private static final int MAX_ADDRESS_BYTES = 128;

    private final KadConfig config;
    private final RoutingTable table;
    private final ProviderStore providers;
    private final ValueStore values;
    private final RateLimiter rate;
    private final Function<PeerId, Optional<KadPeer>> addressBook;

    KadServer(
            KadConfig config,
            RoutingTable table,
            ProviderStore providers,
            ValueStore values,
            Function<PeerId, Optional<KadPeer>> addressBook) {
        this.config = config;
        this.table = table;
        this.providers = providers;
        this.values = values;
        this.rate = new RateLimiter(
                config.limits().requestsPerSecond(), config.limits().requestBurst());
        this.addressBook = addressBook;
    }

    /**
     * Serves one request.
     *
     * @return empty for requests that have no answer
     * @throws WireException when the request is malformed, too frequent or not to be served
     */
    Optional<KadMessage> handle(PeerId from, KadMessage request, Instant now) {
        if (!rate.take(from, 1, now)) {
            throw new WireException("expected at most %d requests a second, but found more"
                    .formatted(config.limits().requestsPerSecond()));
        }
        if (request.key().isEmpty()) {
            throw new WireException("expected a key, but found none");
        }
        return switch (request.type()) {
            case FIND_NODE -> Optional.of(findNode(from, request));
            case GET_PROVIDERS -> Optional.of(getProviders(from, request, now));
            case ADD_PROVIDER -> {
                addProvider(from, request, now);
                yield Optional.empty();
            }
            case GET_VALUE ->
                Optional.of(request.answer(values.get(request.key(), now), closest(from, request.key()), List.of()));
            case PUT_VALUE -> Optional.of(putValue(request, now));
            case PING -> throw new WireException("expected a request that is in use, but found PING");
        };
    }

    /** Keys that come in one batch count for the rate as a tenth of a request each. */
    boolean admitsBatch(PeerId from, int keys, Instant now) {
        return rate.take(from, 1 + keys / 10, now);
    }

    private KadMessage findNode(PeerId from, KadMessage request) {
        List<KadPeer> found = new ArrayList<>();
        wanted(request.key())
                .filter(id -> !id.equals(from))
                .flatMap(addressBook)
                .map(this::told)
                .filter(peer -> !peer.addresses().isEmpty())
                .ifPresent(found::add);
        for (KadPeer peer : closest(from, request.key())) {
            if (found.isEmpty() || !found.get(0).id().equals(peer.id())) {
                found.add(peer);
            }
        }
        return request.answer(Optional.empty(), found, List.of());
    }

    private static Optional<PeerId> wanted(ByteString key) {
        try {
            return Optional.of(new PeerId(key));
        } catch (WireException e) {
            return Optional.empty();
        }
    }

    private List<KadPeer> closest(PeerId asker, ByteString key) {
        return table.closest(KadKey.of(key), config.bucketSize() + 1).stream()
                .map(TableEntry::peer)
                .filter(peer -> !peer.id().equals(asker))
                .limit(config.bucketSize())
                .map(this::told)
                .toList();
    }

    private KadPeer told(KadPeer peer) {
        return new KadPeer(peer.id(), config.limits().addresses().keep(peer.addresses()));
    }

    private KadMessage getProviders(PeerId from, KadMessage request, Instant now) {
        requireProviderKey(request.key());
        List<KadPeer> known = providers.providers(request.key(), now).stream()
                .limit(MAX_PROVIDERS_TOLD)
                .map(record -> told(record.provider()))
                .toList();
        return request.answer(Optional.empty(), closest(from, request.key()), known);
    }

    private void addProvider(PeerId from, KadMessage request, Instant now) {
        requireProviderKey(request.key());
        for (KadPeer provider : request.providers()) {
            KadPeer kept = kept(provider);
            if (kept.id().equals(from) && !kept.addresses().isEmpty()) {
                providers.add(request.key(), kept, now);
                return;
            }
        }
    }

    /** A provider with those of its addresses that are kept. */
    KadPeer kept(KadPeer provider) {
        return new KadPeer(
                provider.id(),
                told(provider).addresses().stream()
                        .filter(address -> address.bytes().size() <= MAX_ADDRESS_BYTES)
                        .limit(MAX_ADDRESSES_KEPT)
                        .toList());
    }

    private static void requireProviderKey(ByteString key) {
        if (key.size() > MAX_PROVIDER_KEY_BYTES) {
            throw new WireException("expected a multihash of at most %d bytes, but found %d"
                    .formatted(MAX_PROVIDER_KEY_BYTES, key.size()));
        }
    }

    private KadMessage putValue(KadMessage request, Instant now) {
        KadRecord record =
                request.record().orElseThrow(() -> new WireException("expected a record to put, but found none"));
        if (!record.key().equals(request.key())) {
            throw new WireException("expected the record under the key of the message, but found another key");
        }
        if (!values.put(record.key(), record.value(), now)) {
            throw new WireException("expected a valid value that is better than the one known, but found another");
        }
        return request.answer(Optional.of(record), List.of(), List.of());
    }
}
