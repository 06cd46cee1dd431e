package beacon.node.cli;

import beacon.dht.wire.Multiaddr;
import beacon.dht.wire.WireException;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Where a peer listens. */
final class ListenOptions {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(names = "--host", paramLabel = "IP", defaultValue = "127.0.0.1", description = "Default: 127.0.0.1.")
    private String host = "127.0.0.1";

    @Option(names = "--port", paramLabel = "PORT", defaultValue = "0", description = "Default: a free one.")
    private int port;

    Multiaddr address() {
        if (port < 0 || port > 0xffff) {
            throw usage("expected --port of 0 to 65535, but found " + port);
        }
        try {
            return Multiaddr.parse("/%s/%s/tcp/%d".formatted(host.contains(":") ? "ip6" : "ip4", host, port));
        } catch (WireException e) {
            throw usage("expected an IP address for --host, but found " + host);
        }
    }

    private CommandLine.ParameterException usage(String text) {
        return new CommandLine.ParameterException(spec.commandLine(), text);
    }
}
