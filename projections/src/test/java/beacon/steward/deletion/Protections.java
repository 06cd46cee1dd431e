package beacon.steward.deletion;

import beacon.model.Cid;
import beacon.proto.v1.Event;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What protects artifacts, kept in the simplest way and by nothing of production. */
final class Protections {
    private final Map<String, ByteString> names = new TreeMap<>();
    private final Set<String> held = new TreeSet<>();
    private final Set<String> everKept = new TreeSet<>();
    private final Map<String, Long> placed = new TreeMap<>();
    private long keepDays;

    void note(Event event) {
        if (event.hasPointerSet()) {
            names.put(event.getPointerSet().getAddress(), event.getPointerSet().getCid());
            if (event.getPointerSet().getAddress().contains("kept/")) {
                everKept.add(text(event.getPointerSet().getCid()));
            }
        } else if (event.hasPointerRemoved()) {
            names.remove(event.getPointerRemoved().getAddress());
        } else if (event.hasHoldPlaced()) {
            held.add(text(event.getHoldPlaced().getManifestCid()));
        } else if (event.hasHoldLifted()) {
            held.remove(text(event.getHoldLifted().getManifestCid()));
        } else if (event.hasPolicyChanged()) {
            String keep = event.getPolicyChanged().getSettings(0).getValue();
            keepDays = Long.parseLong(keep.substring(0, keep.length() - 1));
        }
    }

    void placed(ByteString manifest, long micros) {
        placed.put(text(manifest), micros);
    }

    private static String text(ByteString manifest) {
        return Cid.of(manifest).toString();
    }

    boolean isHeld(ByteString manifest) {
        return held.contains(text(manifest));
    }

    List<String> of(ByteString manifest, long now) {
        List<String> found = new ArrayList<>();
        names.forEach((address, target) -> {
            if (target.equals(manifest)) {
                found.add(address);
            }
        });
        if (isHeld(manifest)) {
            found.add("a hold");
        }
        long until = placed.getOrDefault(text(manifest), 0L)
                + Duration.ofDays(keepDays).toMillis() * 1_000;
        if (everKept.contains(text(manifest)) && until > now) {
            found.add("retention");
        }
        return found;
    }
}
