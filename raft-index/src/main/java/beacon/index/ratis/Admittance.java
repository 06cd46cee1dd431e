package beacon.index.ratis;

import beacon.index.ratis.MemberSettings.MemberAddress;
import beacon.proto.v1.ClusterServiceGrpc;
import beacon.proto.v1.GetStatusReply;
import beacon.proto.v1.GetStatusRequest;
import beacon.proto.v1.Member;
import beacon.proto.v1.MemberRole;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a blank member enters. If any other member has history, this one takes it over from the leader before it votes. It
 * only begins a new cluster when every other member answers and all are blank too: a member that lost its disk while the
 * others are away must not elect itself into an empty history. A member that began already counts as blank as long as its
 * log has no entry: others that saw it too late would wait for a leader that cannot be without them.
 */
final class Admittance {
    private static final Logger LOG = LoggerFactory.getLogger(Admittance.class);
    private static final long ROUND_NANOS = 200_000_000;

    private final MemberSettings settings;
    private final MemberStorage storage;
    private final CatchUp catchUp;

    Admittance(MemberSettings settings, MemberStorage storage, CatchUp catchUp) {
        this.settings = settings;
        this.storage = storage;
        this.catchUp = catchUp;
    }

    /**
     * Waits until this member may take part.
     *
     * @return the members to start with; empty for a member that the others still have to add
     */
    List<MemberAddress> await(BooleanSupplier stopping) {
        Map<MemberAddress, ManagedChannel> channels = new LinkedHashMap<>();
        for (MemberAddress member : settings.members()) {
            if (!member.id().equals(settings.memberId())) {
                channels.put(member, MemberChannels.open(member.clientAddress(), settings.tls()));
            }
        }
        try {
            for (int round = 0; !stopping.getAsBoolean(); round++) {
                List<GetStatusReply> answers = ask(channels);
                List<MemberAddress> members = enter(answers, channels.size());
                if (members != null) {
                    return members;
                }
                if (round % 25 == 10) {
                    LOG.info(
                            "waiting_for_members answered={} expected={} hint=\"a blank member needs all others, or a"
                                    + " leader among them\"",
                            answers.size(),
                            channels.size());
                }
                LockSupport.parkNanos(ROUND_NANOS);
            }
            return List.of();
        } finally {
            channels.values().forEach(ManagedChannel::shutdownNow);
        }
    }

    private static List<GetStatusReply> ask(Map<MemberAddress, ManagedChannel> channels) {
        List<GetStatusReply> answers = new ArrayList<>();
        channels.forEach((member, channel) -> {
            try {
                answers.add(ClusterServiceGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(2, TimeUnit.SECONDS)
                        .getStatus(GetStatusRequest.getDefaultInstance()));
            } catch (StatusRuntimeException e) {
                LOG.debug("member_silent member={} status={}", member.id(), e.getStatus());
            }
        });
        return answers;
    }

    private @Nullable List<MemberAddress> enter(List<GetStatusReply> answers, int others) {
        boolean anyHistory = answers.stream().anyMatch(answer -> !answer.getBlank());
        if (!anyHistory) {
            return answers.size() == others ? settings.members() : null;
        }
        for (GetStatusReply answer : answers) {
            if (answer.getRole() == MemberRole.MEMBER_ROLE_LEADER) {
                return takeOver(answer);
            }
        }
        return null;
    }

    private @Nullable List<MemberAddress> takeOver(GetStatusReply leader) {
        String address = leader.getMembersList().stream()
                .filter(member -> member.getId().equals(leader.getMemberId()))
                .map(Member::getClientAddress)
                .findFirst()
                .orElse("");
        if (address.isEmpty()) {
            return null;
        }
        LOG.info("catch_up_started leader={} through={}", leader.getMemberId(), leader.getLastSequence());
        try {
            catchUp.from(address, storage);
        } catch (StatusRuntimeException e) {
            LOG.warn("catch_up_interrupted leader={} status={}", leader.getMemberId(), e.getStatus());
            return null;
        }
        LOG.info("catch_up_finished sequence={}", storage.applier().state().lastSequence());
        boolean known = leader.getMembersList().stream()
                .anyMatch(member -> member.getId().equals(settings.memberId()));
        return known
                ? leader.getMembersList().stream()
                        .map(member ->
                                new MemberAddress(member.getId(), member.getRaftAddress(), member.getClientAddress()))
                        .toList()
                : List.of();
    }
}
