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
final class CommitBatch {

    private final ContractIndex index;
    private final BlobFiles blobs;
    private final StoreTotals totals;
    private final Set<Blob.FileBlob> written = new LinkedHashSet<>();
    private final List<Blob.FileBlob> allWritten = new ArrayList<>();
    private final List<Blob.FileBlob> replacedBlobs = new ArrayList<>();

    CommitBatch(ContractIndex index, BlobFiles blobs, StoreTotals totals) {
        this.index = index;
        this.blobs = blobs;
        this.totals = totals;
    }

    /** Applies one change; fails only this change if its blobs cannot be written. */
    void apply(PendingChange change) {
        ContractRecord before = recordOf(change);
        PendingChange.Content content = change.content();
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

    /** All files that the changes wrote, also those that a later change of the batch replaced; a view. */
    List<Blob.FileBlob> writtenBlobs() {
        return allWritten;
    }

    /** The files that no record refers to after the commit. */
    List<Blob.FileBlob> replacedBlobs() {
        return replacedBlobs;
    }

    private void write(PendingChange change, PendingChange.Content content, @Nullable ContractRecord before) {
        List<Blob.FileBlob> created = new ArrayList<>();
        ProgramRecord newProgram;
        ContractRecord after;
        try {
            newProgram = isHeld(content.code()) ? null : new ProgramRecord(write(content.code(), created));
            Blob parameters = before == null ? write(content.parameters(), created) : before.parameters();
            Blob state = addIfFile(blobs.write(content.state().bytes()), created);
            after = new ContractRecord(
                    content.code().hash(), content.changed(), content.digest(), content.demand(), parameters, state);
        } catch (IOException e) {
            created.forEach(blobs::delete);
            change.failWith(new StorageException("cannot write the state of contract " + change.id(), e));
            return;
        }
        written.addAll(created);
        allWritten.addAll(created);
        if (newProgram != null) {
            index.putProgram(after.code(), newProgram);
        }
        index.putContract(change.id(), after);
        if (before != null) {
            totals.remove(before);
            replace(before.state());
        }
        totals.add(after);
    }

    private void remove(PendingChange change, @Nullable ContractRecord before) {
        index.removeContract(change.id());
        if (before == null) {
            return;
        }
        replace(before.state());
        replace(before.parameters());
        if (totals.remove(before)) {
            ProgramRecord program = programOf(before);
            index.removeProgram(before.code());
            if (program != null) {
                replace(program.code());
            }
        }
    }

    private Blob write(ContractCode code, List<Blob.FileBlob> created) throws IOException {
        return addIfFile(blobs.write(code.bytes()), created);
    }

    private Blob write(Parameters parameters, List<Blob.FileBlob> created) throws IOException {
        return addIfFile(blobs.write(parameters.bytes()), created);
    }

    private static Blob addIfFile(Blob blob, List<Blob.FileBlob> created) {
        if (blob instanceof Blob.FileBlob file) {
            created.add(file);
        }
        return blob;
    }

    private void replace(Blob blob) {
        if (blob instanceof Blob.FileBlob file) {
            written.remove(file);
            replacedBlobs.add(file);
        }
    }

    private boolean isHeld(ContractCode code) {
        byte[] record = index.program(code.hash());
        return record != null && decodeProgram(record) != null;
    }

    private @Nullable ProgramRecord programOf(ContractRecord contract) {
        byte[] record = index.program(contract.code());
        return record == null ? null : decodeProgram(record);
    }

    /** A damaged record is treated as absent: it was not counted in the totals, and the commit replaces it. */
    private @Nullable ContractRecord recordOf(PendingChange change) {
        byte[] record = index.contract(change.id());
        try {
            return record == null ? null : ContractRecord.decode(record);
        } catch (IOException damaged) {
            return null;
        }
    }

    private static @Nullable ProgramRecord decodeProgram(byte[] record) {
        try {
            return ProgramRecord.decode(record);
        } catch (IOException damaged) {
            return null;
        }
    }
}
