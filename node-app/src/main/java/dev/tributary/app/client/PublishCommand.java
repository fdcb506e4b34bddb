package dev.tributary.app.client;

import dev.tributary.app.config.AppConfig;
import dev.tributary.app.contract.Printable;
import dev.tributary.app.contract.SiteArchive;
import dev.tributary.app.contract.StandardStreams;
import dev.tributary.app.contract.UnusableException;
import dev.tributary.app.contract.WriterKey;
import dev.tributary.core.contract.ContractLimits;
import dev.tributary.core.contract.standard.SignedWebsite;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import dev.tributary.transport.client.message.ClientAnswer.GetAnswer;
import dev.tributary.transport.client.remote.NodeClient;
import java.io.IOException;
import java.nio.file.Files;
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
            "The same key and name make the same URL; each time a higher version takes the place of the one before."
                    + " Files and directories whose names begin with a dot stay behind."
        })
final class PublishCommand extends ClientCommand {

    private static final int MOST = ContractLimits.DEFAULT.stateBytes() - SignedWebsite.HEAD;

    @Parameters(paramLabel = "DIRECTORY", description = "has an index.html")
    @SuppressWarnings("NullAway.Init") // set by the parser
    private Path directory;

    @Option(
            names = "--name",
            paramLabel = "TEXT",
            description = "which of the publisher's websites it is (default: the directory's name)")
    private @Nullable String name;

    @Option(
            names = "--key-file",
            paramLabel = "FILE",
            description =
                    "the publisher's key, which is made if there is none yet (default: ~/.tributary/publisher.key)")
    private @Nullable Path keyFile;

    PublishCommand(StandardStreams streams) {
        super(streams);
    }

    record Facts(String url, String key, long version, int files, int bytes, boolean changed) {}

    @Override
    int run(NodeClient node) throws IOException {
        SiteArchive archive = SiteArchive.pack(directory, MOST);
        archive.leftOut().forEach(each -> err().println("left out: " + Printable.line(each)));
        KeyPair keys = WriterKey.loadOrCreate(keyFile == null ? ownKeyFile() : keyFile);
        Contract website = SignedWebsite.contract(keys.getPublic(), websiteName());
        @Nullable GetAnswer held = node.get(website.id()).block();
        State before = held == null ? SignedWebsite.empty() : held.state();
        boolean changed = !SignedWebsite.archive(before).equals(archive.bytes());
        long version = changed ? publish(node, website, keys, before, archive.bytes()) : SignedWebsite.version(before);
        String url = node.url("/v1/contract/web/" + website.key() + "/").toString();
        report(new Facts(
                url,
                website.key().toString(),
                version,
                archive.files(),
                archive.bytes().size(),
                changed));
        return DONE;
    }

    /** The version is the time, so that it grows even where nobody remembers the one before. */
    private static long publish(NodeClient node, Contract website, KeyPair keys, State before, Bytes archive) {
        long version = Math.max(SignedWebsite.version(before) + 1, System.currentTimeMillis() / 1000);
        node.put(website, SignedWebsite.state(website, keys.getPrivate(), version, archive))
                .block();
        return version;
    }

    private void report(Facts facts) {
        if (json()) {
            print(facts);
            return;
        }
        clear();
        out().printf(
                        facts.changed()
                                ? "published version %d: %d files, %d bytes%n"
                                : "unchanged version %d: %d files, %d bytes%n",
                        facts.version(),
                        facts.files(),
                        facts.bytes());
        out().println(facts.url());
        out().flush();
    }

    private String websiteName() throws IOException {
        if (name != null) {
            return name;
        }
        @Nullable Path last = directory.toRealPath().getFileName();
        if (last == null) {
            throw new UnusableException("the directory '" + directory + "' has no name: give one with --name");
        }
        return last.toString();
    }

    private static Path ownKeyFile() throws IOException {
        Path home = AppConfig.defaults().dataDirectory();
        Files.createDirectories(home);
        return home.resolve("publisher.key");
    }
}
