package beacon.node.cli;

/** How results are printed. */
enum OutputForm {
    TABLE,
    JSON
}
