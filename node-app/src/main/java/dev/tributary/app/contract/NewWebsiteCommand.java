package dev.tributary.app.contract;

import dev.tributary.core.contract.ContractLimits;
import dev.tributary.core.contract.standard.SignedWebsite;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Creates versions of websites; {@code publish} also puts them. */
@Command(
        name = "website",
        description = {
            "Creates a version of a signed website; the highest version wins.",
            "With a running node, 'tributary publish DIRECTORY' creates the version and puts it."
        })
final class NewWebsiteCommand extends NewCommand.SignedStateCommand {

    private static final int MAX_ARCHIVE_BYTES = ContractLimits.defaults().stateBytes() - SignedWebsite.HEADER_BYTES;

    @Option(
            names = "--in",
            required = true,
            paramLabel = "DIRECTORY",
            description = "a directory with an index.html, or its tar file, compressed with xz; '-' is standard input")
    @SuppressWarnings("NullAway.Init") // set by the parser
    private String content;

    @Mixin
    private final VersionOption version = new VersionOption();

    NewWebsiteCommand(StandardStreams streams) {
        super(streams);
    }

    @Override
    int run() throws IOException {
        version.check(this, SignedWebsite.MAX_VERSION);
        Bytes archive = archive();
        KeyPair keys = keys();
        Contract contract = SignedWebsite.contract(keys.getPublic(), name());
        return writeNextState(contract, before -> {
            long number = version.after(SignedWebsite.version(before), SignedWebsite.MAX_VERSION);
            return SignedWebsite.state(contract, keys.getPrivate(), number, archive);
        });
    }

    private Bytes archive() throws IOException {
        if (!Inputs.isDirectory(content)) {
            return inputs().read(content, "archive", MAX_ARCHIVE_BYTES);
        }
        SiteArchive packed = SiteArchive.pack(Path.of(content), MAX_ARCHIVE_BYTES);
        packed.skipped().forEach(each -> err().println("left out: " + Printable.line(each)));
        packed.warnings().forEach(each -> err().println("warning: " + Printable.line(each)));
        return packed.bytes();
    }
}
