package dev.tributary.app.client;

import dev.tributary.app.contract.StandardStreams;
import picocli.CommandLine;

/** The commands that need a running node. */
public final class ClientCommands {

    private ClientCommands() {}

    /** Adds these commands to the program. */
    public static void addTo(CommandLine program, StandardStreams streams) {
        program.addSubcommand(new PutCommand(streams))
                .addSubcommand(new GetCommand(streams))
                .addSubcommand(new UpdateCommand(streams))
                .addSubcommand(new SubscribeCommand(streams))
                .addSubcommand(new PublishCommand(streams))
                .addSubcommand(new PinCommand(streams))
                .addSubcommand(new UnpinCommand(streams))
                .addSubcommand(new StatusCommand(streams))
                .addSubcommand(new PeersCommand(streams))
                .addSubcommand(new ContractsCommand(streams))
                .addSubcommand(new LoopCommand(streams));
    }
}
