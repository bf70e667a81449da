import org.codelibs.opensearch.runner.OpenSearchRunner;

/**
 * OpenSearch as a server on 127.0.0.1, which prints its port once it answers; it ends with its standard input.
 *
 * Arguments: the folder that it keeps its data in, and the port.
 */
class OpenSearchServer {
  /** Takes the port that it is given; by itself it looks for one, and knows those below 9300 only. */
  static class OnAnyPort extends OpenSearchRunner {
    OnAnyPort() {
      maxHttpPort = -1;
    }
  }

  public static void main(String[] arguments) throws Exception {
    var answers = System.out;
    System.setOut(System.err);
    var port = arguments[1];
    new OnAnyPort().onBuild((number, settings) -> {
      settings.put("http.port", port);
      settings.put("transport.port", 0);
      for (var each : new String[] {"http.host", "transport.host", "network.host"}) settings.put(each, "127.0.0.1");
      // Without it the cluster waits half a minute for others.
      settings.put("discovery.type", "single-node");
      // As for who may not make one: what is not there yet is not made by its first document.
      settings.put("action.auto_create_index", "false");
    }).build(OpenSearchRunner.newConfigs().basePath(arguments[0]).numOfNode(1).clusterName("flaghoist"));
    answers.println(port);
    while (System.in.read() != -1) {}
    Runtime.getRuntime().halt(0);
  }
}
