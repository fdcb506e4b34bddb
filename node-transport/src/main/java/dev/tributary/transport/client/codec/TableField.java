package dev.tributary.transport.client.codec;

import java.util.List;

/**
 * One field of a table.
 *
 * @param tables the table that the field holds, or the members of a union in the order of their tags
 */
record TableField(String name, Kind kind, boolean isRequired, List<TableSchema> tables) {

    /** Type of a field. */
    enum Kind {
        BOOL,
        UINT,
        BYTES,
        STRING,
        TABLE,
        TABLE_VECTOR,
        UNION
    }

    TableField asRequired() {
        return new TableField(name, kind, true, tables);
    }
}
