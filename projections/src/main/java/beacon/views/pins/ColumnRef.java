package beacon.views.pins;

/** Names a column of a group. */
public record ColumnRef(GroupRef group, int column) {}
