package dev.tributary.app.client;

import dev.tributary.app.config.AppConfig;
import dev.tributary.app.contract.Printable;
import dev.tributary.app.contract.SiteArchive;
import dev.tributary.app.contract.StandardStreams;
import dev.tributary.app.contract.UnusableInputException;
import dev.tributary.app.contract.WriterKey;
import dev.tributary.core.contract.ContractLimits;
import dev.tributary.core.contract.standard.SignedWebsite;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import dev.tributary.transport.client.message.ClientAnswer.GetAnswer;
import dev.tributary.transport.client.remote.NodeClient;
import dev.tributary.transport.files.OwnerOnly;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Publishes a web application. */
@Command(
        name = "publish",
        description = {
            "Publishes a directory as a web application, signed, and prints its URL.",
            "The same key and name give the same URL; each publication replaces the previous version."
                    + " Files and directories whose names begin with a dot are left out."
        })
final class PublishCommand extends ClientCommand {

    private static final int MAX_ARCHIVE_BYTES = ContractLimits.defaults().stateBytes() - SignedWebsite.HEADER_BYTES;

    @Parameters(paramLabel = "DIRECTORY", description = "must contain an index.html")
    @SuppressWarnings("NullAway.Init") // set by the parser
    private Path directory;

    @Option(
            names = "--name",
            paramLabel = "TEXT",
            description = "name of the website among those of the publisher (default: the directory's name)")
    private @Nullable String name;

    @Option(
            names = "--key-file",
            paramLabel = "FILE",
            description = "the publisher's key, created if it does not exist (default: ~/.tributary/publisher.key)")
    private @Nullable Path keyFile;

    PublishCommand(StandardStreams streams) {
        super(streams);
    }

    record PublishReport(String url, String key, long version, int files, int bytes, boolean changed) {}

    @Override
    int run(NodeClient node) throws IOException {
        SiteArchive archive = SiteArchive.pack(directory, MAX_ARCHIVE_BYTES);
        archive.skipped().forEach(each -> err().println("left out: " + Printable.line(each)));
        archive.warnings().forEach(each -> err().println("warning: " + Printable.line(each)));
        String site = websiteName();
        KeyPair keys = WriterKey.loadOrCreate(keyFile == null ? defaultKeyFile() : keyFile);
        Contract website = SignedWebsite.contract(keys.getPublic(), site);
        @Nullable GetAnswer held = node.get(website.id()).block();
        State before = held == null ? SignedWebsite.empty() : held.state();
        boolean changed = !SignedWebsite.archive(before).equals(archive.bytes());
        if (changed && SignedWebsite.version(before) >= SignedWebsite.MAX_VERSION) {
            clearProgress();
            err().println("error: the website has the last possible version, " + SignedWebsite.MAX_VERSION
                    + ", and cannot be published again: use another --name or --key-file");
            return NEGATIVE_ANSWER;
        }
        long version = changed ? publish(node, website, keys, before, archive.bytes()) : SignedWebsite.version(before);
        String url = node.pageUrl("/v1/contract/web/" + website.key() + "/").toString();
        report(new PublishReport(
                url,
                website.key().toString(),
                version,
                archive.files(),
                archive.bytes().size(),
                changed));
        return SUCCESS;
    }

    /** Uses the time as version, so that versions increase even if the previous one is not found. */
    private static long publish(NodeClient node, Contract website, KeyPair keys, State before, Bytes archive) {
        long version = Math.max(SignedWebsite.version(before) + 1, System.currentTimeMillis() / 1000);
        node.put(website, SignedWebsite.state(website, keys.getPrivate(), version, archive))
                .block();
        return version;
    }

    private void report(PublishReport result) {
        if (json()) {
            print(result);
            return;
        }
        clearProgress();
        out().printf(
                        result.changed()
                                ? "published version %d: %d files, %d bytes%n"
                                : "unchanged version %d: %d files, %d bytes%n",
                        result.version(),
                        result.files(),
                        result.bytes());
        out().println(result.url());
        out().flush();
    }

    private String websiteName() throws IOException {
        String chosen = name == null ? directoryName() : name;
        // The name decides the URL: what the locale has destroyed would be another website.
        if (chosen.indexOf('\ufffd') >= 0) {
            throw new UnusableInputException("the name '" + Printable.line(chosen)
                    + "' is not UTF-8, or the locale is not: set LC_ALL=C.UTF-8, or another --name");
        }
        return chosen;
    }

    private String directoryName() throws IOException {
        @Nullable Path last = directory.toRealPath().getFileName();
        if (last == null) {
            throw new UnusableInputException("the directory '" + directory + "' has no name: set one with --name");
        }
        return last.toString();
    }

    private static Path defaultKeyFile() throws IOException {
        Path dataDirectory = AppConfig.defaults().dataDirectory();
        OwnerOnly.createDirectories(dataDirectory);
        return dataDirectory.resolve("publisher.key");
    }
}
