package dev.tributary.app.storage;

import dev.tributary.core.error.StorageException;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.Parameters;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A group of changes that are applied in order and made durable together. Blob files are synced before the index
 * records that refer to them; replaced blobs are deleted after the commit.
 */
final class Batch {

    private final Index index;
    private final BodyFiles blobs;
    private final Holdings totals;
    private final Set<Body.Filed> written = new LinkedHashSet<>();
    private final List<Body.Filed> replaced = new ArrayList<>();

    Batch(Index index, BodyFiles blobs, Holdings totals) {
        this.index = index;
        this.blobs = blobs;
        this.totals = totals;
    }

    /** Applies one change; fails only this change if its blobs cannot be written. */
    void apply(Change change) {
        ContractRecord before = recordOf(change);
        Change.Content content = change.content();
        if (content == null) {
            remove(change, before);
        } else {
            write(change, content, before);
        }
    }

    /** Makes all applied changes durable; fails if any of them may not be durable. */
    void commit() throws IOException {
        blobs.sync(written);
        index.commit();
    }

    /** The files that no record refers to after the commit. */
    List<Body.Filed> replaced() {
        return replaced;
    }

    private void write(Change change, Change.Content content, @Nullable ContractRecord before) {
        List<Body.Filed> created = new ArrayList<>();
        CodeRecord newProgram;
        ContractRecord after;
        try {
            newProgram = isHeld(content.code()) ? null : new CodeRecord(write(content.code(), created));
            Body parameters = before == null ? write(content.parameters(), created) : before.parameters();
            Body state = addIfFile(blobs.write(content.state().bytes()), created);
            after = new ContractRecord(
                    content.code().hash(), content.changed(), content.digest(), content.demand(), parameters, state);
        } catch (IOException e) {
            created.forEach(blobs::delete);
            change.fail(new StorageException("cannot write the state of contract " + change.id(), e));
            return;
        }
        written.addAll(created);
        if (newProgram != null) {
            index.putProgram(after.code(), newProgram);
        }
        index.putContract(change.id(), after);
        if (before != null) {
            totals.subtract(before);
            replace(before.state());
        }
        totals.add(after);
    }

    private void remove(Change change, @Nullable ContractRecord before) {
        index.removeContract(change.id());
        if (before == null) {
            return;
        }
        replace(before.state());
        replace(before.parameters());
        if (totals.subtract(before)) {
            CodeRecord program = programOf(before);
            index.removeProgram(before.code());
            if (program != null) {
                replace(program.code());
            }
        }
    }

    private Body write(ContractCode code, List<Body.Filed> created) throws IOException {
        return addIfFile(blobs.write(code.bytes()), created);
    }

    private Body write(Parameters parameters, List<Body.Filed> created) throws IOException {
        return addIfFile(blobs.write(parameters.bytes()), created);
    }

    private static Body addIfFile(Body blob, List<Body.Filed> created) {
        if (blob instanceof Body.Filed file) {
            created.add(file);
        }
        return blob;
    }

    private void replace(Body blob) {
        if (blob instanceof Body.Filed file) {
            written.remove(file);
            replaced.add(file);
        }
    }

    private boolean isHeld(ContractCode code) {
        byte[] record = index.program(code.hash());
        return record != null && decodeProgram(record) != null;
    }

    private @Nullable CodeRecord programOf(ContractRecord contract) {
        byte[] record = index.program(contract.code());
        return record == null ? null : decodeProgram(record);
    }

    /** A damaged record is treated as absent: it was not counted in the totals, and the commit replaces it. */
    private @Nullable ContractRecord recordOf(Change change) {
        byte[] record = index.contract(change.id());
        try {
            return record == null ? null : ContractRecord.decode(record);
        } catch (IOException damaged) {
            return null;
        }
    }

    private static @Nullable CodeRecord decodeProgram(byte[] record) {
        try {
            return CodeRecord.decode(record);
        } catch (IOException damaged) {
            return null;
        }
    }
}
