package dev.tributary.app.archive;

/**
 * One contract or entry that cannot be used; the others are not affected.
 *
 * @param name the contract's id, or the name of the entry in the archive: untrusted text
 * @param reason what is wrong with it
 */
public record Defect(String name, String reason) {

    /** The defect of this failure. */
    public static Defect of(Object name, Exception failure) {
        String message = failure.getMessage();
        return new Defect(name.toString(), message == null ? failure.getClass().getSimpleName() : message);
    }
}
