package beacon.node.cli;

import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code beacon completion}: a script for the shell; zsh reads the bash one through its bashcompinit. */
@Command(name = "completion", description = "Print a completion script, for: source <(beacon completion bash)")
final class CompletionVerb implements Runnable {
    private final Session session;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}")
    private Shell shell = Shell.BASH;

    /** Shells with a script. */
    enum Shell {
        BASH,
        ZSH
    }

    CompletionVerb(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        CommandLine root = spec.root().commandLine();
        String script = AutoComplete.bash("beacon", root);
        Output output = session.output();
        if (shell == Shell.ZSH) {
            output.line("autoload -U +X bashcompinit && bashcompinit");
        }
        output.line(script);
    }
}
