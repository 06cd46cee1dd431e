package beacon.node.process;

import java.util.List;

/** Where the processes of a cluster run: under which address each is dialled, and what starts it there. */
public interface Places {
    /** All of them beside this process. */
    Places LOOPBACK = new Places() {
        @Override
        public String host(String name) {
            return "127.0.0.1";
        }

        @Override
        public List<String> launcher(String name) {
            return List.of();
        }
    };

    /** IP address of a process, which it listens on. */
    String host(String name);

    /** Words in front of the command of a process. */
    List<String> launcher(String name);
}
