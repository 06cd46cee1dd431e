package beacon.node.cli;

import beacon.node.config.Endpoint;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The custodians that are to hold a key, and how many of them open. */
final class CustodianList {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--custodian",
            paramLabel = "HOST:PORT",
            split = ",",
            required = true,
            converter = EndpointConverter.class,
            description = "Custodians that are to hold the key, in the order of their seats.")
    private List<Endpoint> custodians = List.of();

    /** At least one, each once. */
    List<String> endpoints() {
        List<String> endpoints = custodians.stream().map(Endpoint::toString).toList();
        if (endpoints.isEmpty() || endpoints.stream().distinct().count() != endpoints.size()) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "expected custodians for --custodian, each once, but found " + endpoints);
        }
        return endpoints;
    }

    /** A threshold that so many custodians can have. */
    int threshold(int wanted) {
        if (wanted < 1 || wanted > custodians.size()) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "expected a --threshold from 1 to %d, but found %d".formatted(custodians.size(), wanted));
        }
        return wanted;
    }
}
