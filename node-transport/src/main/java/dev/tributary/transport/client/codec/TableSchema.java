package dev.tributary.transport.client.codec;

import java.util.List;

/**
 * Describes a table of the schema for the verifier. Fields are in the order of their ids; a union takes two ids, the
 * first for its tag. No table contains itself, so the nesting depth of a buffer is bounded by the schema.
 */
record TableSchema(String name, List<TableField> fields) {

    static TableSchema table(String name, TableField... fields) {
        return new TableSchema(name, List.of(fields));
    }

    static TableField bool(String name) {
        return new TableField(name, TableField.Kind.BOOL, false, List.of());
    }

    static TableField uint(String name) {
        return new TableField(name, TableField.Kind.UINT, false, List.of());
    }

    static TableField bytes(String name) {
        return new TableField(name, TableField.Kind.BYTES, false, List.of());
    }

    static TableField string(String name) {
        return new TableField(name, TableField.Kind.STRING, false, List.of());
    }

    static TableField tableField(String name, TableSchema target) {
        return new TableField(name, TableField.Kind.TABLE, false, List.of(target));
    }

    static TableField tableVector(String name, TableSchema target) {
        return new TableField(name, TableField.Kind.TABLE_VECTOR, false, List.of(target));
    }

    /** A union field; the members are in the order of their tags, which start at 1. */
    static TableField union(String name, TableSchema... members) {
        return new TableField(name, TableField.Kind.UNION, false, List.of(members));
    }
}
