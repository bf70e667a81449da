import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.http.HttpServerTransport;
import org.opensearch.index.reindex.ReindexPlugin;
import org.opensearch.node.Node;
import org.opensearch.security.OpenSearchSecurityPlugin;
import org.opensearch.transport.Netty4Plugin;

/**
 * OpenSearch with its security plugin as a server on 127.0.0.1, which prints its port once its roles are loaded; it ends with its
 * standard input.
 *
 * Argument: the folder of its configuration, which it keeps its data in, too.
 */
class SecureOpenSearch extends Node {
  SecureOpenSearch(Environment environment) {
    super(environment, List.of(Netty4Plugin.class, ReindexPlugin.class, OpenSearchSecurityPlugin.class), true);
  }

  public static void main(String[] arguments) throws Exception {
    var answers = System.out;
    System.setOut(System.err);
    var folder = Path.of(arguments[0]);
    var settings = Settings.builder().loadFromPath(folder.resolve("opensearch.yml")).put("path.home", folder);
    var node = new SecureOpenSearch(new Environment(settings.build(), folder));
    node.start();
    var port = node.injector().getInstance(HttpServerTransport.class).boundAddress().publishAddress().getPort();
    var health = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/_plugins/_security/health")).build();
    var client = HttpClient.newHttpClient();
    while (!client.send(health, BodyHandlers.ofString()).body().contains("\"UP\"")) Thread.sleep(100);
    answers.println(port);
    while (System.in.read() != -1) {}
    Runtime.getRuntime().halt(0);
  }
}
