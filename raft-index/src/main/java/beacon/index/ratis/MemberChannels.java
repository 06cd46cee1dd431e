package beacon.index.ratis;

import beacon.index.tls.TlsFiles;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Channels from one member to the client services of another. */
final class MemberChannels {
    /** A chunk of an export, and room to spare. */
    private static final int MAX_MESSAGE_BYTES = 16 << 20;

    private MemberChannels() {}

    static ManagedChannel open(String target, @Nullable TlsFiles tls) {
        NettyChannelBuilder builder = NettyChannelBuilder.forTarget(target)
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .keepAliveTime(30, TimeUnit.SECONDS)
                .keepAliveTimeout(10, TimeUnit.SECONDS);
        if (tls == null) {
            builder.usePlaintext();
        } else {
            builder.sslContext(tls.clientContext());
        }
        return builder.build();
    }
}
