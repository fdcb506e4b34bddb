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
 * A group of changes on its way to the disk: applied one by one in their order, then made durable together. Bodies are
 * on the disk before the records that refer to them; what is replaced is deleted after.
 */
final class Batch {

    private final Index index;
    private final BodyFiles bodies;
    private final Holdings holdings;
    private final Set<Body.Filed> written = new LinkedHashSet<>();
    private final List<Body.Filed> replaced = new ArrayList<>();

    Batch(Index index, BodyFiles bodies, Holdings holdings) {
        this.index = index;
        this.bodies = bodies;
        this.holdings = holdings;
    }

    /** Applies one change, or fails it alone if its bodies cannot be written. */
    void apply(Change change) {
        ContractRecord before = recordOf(change);
        Change.Content content = change.content();
        if (content == null) {
            remove(change, before);
        } else {
            write(change, content, before);
        }
    }

    /** Makes everything applied durable; fails if anything of it may not be. */
    void commit() throws IOException {
        bodies.sync(written);
        index.commit();
    }

    /** The files that nothing refers to any more once the commit is done. */
    List<Body.Filed> replaced() {
        return replaced;
    }

    private void write(Change change, Change.Content content, @Nullable ContractRecord before) {
        List<Body.Filed> fresh = new ArrayList<>();
        CodeRecord program;
        ContractRecord after;
        try {
            program = isHeld(content.code()) ? null : new CodeRecord(write(content.code(), fresh));
            Body parameters = before == null ? write(content.parameters(), fresh) : before.parameters();
            Body state = note(bodies.write(content.state().bytes()), fresh);
            after = new ContractRecord(
                    content.code().hash(), content.changed(), content.digest(), content.demand(), parameters, state);
        } catch (IOException e) {
            fresh.forEach(bodies::delete);
            change.fail(new StorageException("cannot write the state of contract " + change.id(), e));
            return;
        }
        written.addAll(fresh);
        if (program != null) {
            index.putProgram(after.code(), program);
        }
        index.putContract(change.id(), after);
        if (before != null) {
            holdings.subtract(before);
            replace(before.state());
        }
        holdings.add(after);
    }

    private void remove(Change change, @Nullable ContractRecord before) {
        index.removeContract(change.id());
        if (before == null) {
            return;
        }
        replace(before.state());
        replace(before.parameters());
        if (holdings.subtract(before)) {
            CodeRecord program = programOf(before);
            index.removeProgram(before.code());
            if (program != null) {
                replace(program.code());
            }
        }
    }

    private Body write(ContractCode code, List<Body.Filed> fresh) throws IOException {
        return note(bodies.write(code.bytes()), fresh);
    }

    private Body write(Parameters parameters, List<Body.Filed> fresh) throws IOException {
        return note(bodies.write(parameters.bytes()), fresh);
    }

    private static Body note(Body body, List<Body.Filed> fresh) {
        if (body instanceof Body.Filed file) {
            fresh.add(file);
        }
        return body;
    }

    private void replace(Body body) {
        if (body instanceof Body.Filed file) {
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

    /** A damaged record counts as none: it was not counted as held, and is written anew. */
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
