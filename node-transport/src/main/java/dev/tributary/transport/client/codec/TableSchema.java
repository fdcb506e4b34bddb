package dev.tributary.transport.client.codec;

import java.util.List;

/**
 * Describes a table of the schema for the verifier. Fields are in the order of their ids; a union takes two ids, the
 * first for its tag. No table contains itself, so the nesting depth of a buffer is bounded by the schema.
 */
record TableSchema(String name, List<Field> fields) {

    static TableSchema table(String name, Field... fields) {
        return new TableSchema(name, List.of(fields));
    }

    /** One field of a table. */
    record Field(String name, Kind kind, boolean isRequired, List<TableSchema> tables) {

        Field asRequired() {
            return new Field(name, kind, true, tables);
        }
    }

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

    static Field bool(String name) {
        return new Field(name, Kind.BOOL, false, List.of());
    }

    static Field uint(String name) {
        return new Field(name, Kind.UINT, false, List.of());
    }

    static Field bytes(String name) {
        return new Field(name, Kind.BYTES, false, List.of());
    }

    static Field string(String name) {
        return new Field(name, Kind.STRING, false, List.of());
    }

    static Field tableField(String name, TableSchema target) {
        return new Field(name, Kind.TABLE, false, List.of(target));
    }

    static Field tableVector(String name, TableSchema target) {
        return new Field(name, Kind.TABLE_VECTOR, false, List.of(target));
    }

    /** A union field; the members are in the order of their tags, which start at 1. */
    static Field union(String name, TableSchema... members) {
        return new Field(name, Kind.UNION, false, List.of(members));
    }
}
