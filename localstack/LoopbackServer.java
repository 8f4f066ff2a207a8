import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandler;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBRequestHandler;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBServerHandler;

/**
 * DynamoDB Local in memory, on the loopback interface only.
 *
 * <p>Its own main class listens on every interface and has no option to change that, so this one puts the same
 * public request handlers behind a server with an address. Without the main class no telemetry is set up either.
 *
 * <p>The argument is the port, 0 for any free one. Once it serves, its URL is the only line on standard output.
 */
public final class LoopbackServer {
    // Held, since a logger that nobody holds forgets its level.
    private static final Logger SQLITE = Logger.getLogger("com.almworks.sqlite4java");

    public static void main(String[] arguments) throws Exception {
        SQLITE.setLevel(Level.WARNING);
        int port = Integer.parseInt(arguments[0]);

        boolean inMemory = true;
        // Every access key and region has a database of its own, so tests that use their own never meet.
        boolean sharedDb = false;
        boolean delayTransientStatuses = false;
        var requests = new LocalDynamoDBRequestHandler(0, inMemory, null, sharedDb, delayTransientStatuses);
        var context = new ContextHandler();
        context.setHandler(new LocalDynamoDBServerHandler(requests, null));

        var server = new Server(new InetSocketAddress("127.0.0.1", port));
        server.setHandler(context);
        server.setStopAtShutdown(true);
        try {
            server.start();
        } catch (IOException cannotBind) {
            System.err.println(cannotBind.getMessage());
            System.exit(1);
        }

        var connector = (ServerConnector) server.getConnectors()[0];
        System.out.println("http://127.0.0.1:" + connector.getLocalPort());
        server.join();
    }
}
