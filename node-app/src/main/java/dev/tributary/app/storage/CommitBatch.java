package dev.tributary.app.storage;

import dev.tributary.core.error.StorageException;
import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.Parameters;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
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
    private final KnownDamage damage;
    private final Map<ContractInstanceId, CodeHash> rewritten = new HashMap<>();
    private final Set<Blob.FileBlob> written = new LinkedHashSet<>();
    private final List<Blob.FileBlob> allWritten = new ArrayList<>();
    private final List<Blob.FileBlob> replacedBlobs = new ArrayList<>();

    CommitBatch(ContractIndex index, BlobFiles blobs, StoreTotals totals, KnownDamage damage) {
        this.index = index;
        this.blobs = blobs;
        this.totals = totals;
        this.damage = damage;
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
        rewritten.forEach(damage::remove);
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
            newProgram = isReadable(content.code().hash()) ? null : new ProgramRecord(write(content.code(), created));
            Blob parameters = before == null || damage.hasContract(change.id())
                    ? write(content.parameters(), created)
                    : before.parameters();
            Blob state = before == null
                            || damage.hasContract(change.id())
                            || !content.digest().equals(before.digest())
                    ? addIfFile(blobs.write(content.state().bytes()), created)
                    : before.state();
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
            replaceProgram(after.code());
            index.putProgram(after.code(), newProgram);
        }
        index.putContract(change.id(), after);
        if (before != null) {
            totals.remove(before);
            if (!after.state().equals(before.state())) {
                replace(before.state());
            }
            if (!after.parameters().equals(before.parameters())) {
                replace(before.parameters());
            }
        }
        rewritten.put(change.id(), after.code());
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
            replaceProgram(before.code());
            index.removeProgram(before.code());
        }
        rewritten.put(change.id(), before.code());
    }

    /** The file of the program is deleted after the commit. */
    private void replaceProgram(CodeHash code) {
        ProgramRecord program = programOf(code);
        if (program != null) {
            replace(program.code());
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

    private boolean isReadable(CodeHash code) {
        return programOf(code) != null && !damage.hasProgram(code);
    }

    private @Nullable ProgramRecord programOf(CodeHash code) {
        byte[] record = index.program(code);
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
