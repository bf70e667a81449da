import com.google.gson.Gson;
import dev.openfeature.contrib.providers.flagd.Config;
import dev.openfeature.contrib.providers.flagd.FlagdOptions;
import dev.openfeature.contrib.providers.flagd.FlagdProvider;
import dev.openfeature.contrib.providers.ofrep.OfrepProvider;
import dev.openfeature.contrib.providers.ofrep.OfrepProviderOptions;
import dev.openfeature.sdk.Client;
import dev.openfeature.sdk.FlagEvaluationDetails;
import dev.openfeature.sdk.ImmutableContext;
import dev.openfeature.sdk.OpenFeatureAPI;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/** The same application as client.py, in Java. */
public final class OpenFeatureClient {
    private static final Map<String, Client> clients = new HashMap<>();

    private static FlagEvaluationDetails<?> details(String mode, String kind, String key, String customer) {
        Client client = clients.get(mode);
        ImmutableContext context = new ImmutableContext(customer);
        return switch (kind) {
            case "boolean" -> client.getBooleanDetails(key, false, context);
            case "float" -> client.getDoubleDetails(key, 0.5, context);
            default -> client.getStringDetails(key, "default", context);
        };
    }

    private static Map<String, Object> answer(String[] words) throws InterruptedException {
        String mode = words[1];
        Map<String, Object> answer = new HashMap<>();
        switch (words[0]) {
            case "get" -> {
                FlagEvaluationDetails<?> found = details(mode, words[2], words[3], words[4]);
                answer.put("value", found.getValue());
                answer.put("variant", found.getVariant());
                answer.put("reason", found.getReason());
                answer.put("errorCode", found.getErrorCode() == null ? null : found.getErrorCode().name());
                answer.put("metadata", found.getFlagMetadata().asUnmodifiableMap());
            }
            case "until" -> {
                long pause = words.length > 4 ? Long.parseLong(words[4]) : 10;
                while (!details(mode, "string", words[2], "ada").getValue().equals(words[3])) Thread.sleep(pause);
            }
            default -> answer.put("variants", IntStream.range(0, Integer.parseInt(words[3]))
                    .mapToObj(place -> details(mode, "boolean", words[2], "customer-" + place).getVariant())
                    .toList());
        }
        return answer;
    }

    public static void main(String[] args) throws Exception {
        OpenFeatureAPI api = OpenFeatureAPI.getInstance();
        api.setProviderAndWait("ofrep", OfrepProvider.constructProvider(
                OfrepProviderOptions.builder().baseUrl("http://" + args[0]).build()));
        api.setProviderAndWait("sync", new FlagdProvider(FlagdOptions.builder()
                .resolverType(Config.Resolver.IN_PROCESS)
                .host("127.0.0.1")
                .port(Integer.parseInt(args[1]))
                .deadline(20_000)
                .streamDeadlineMs(0)
                .selector(args[2].isEmpty() ? null : args[2])
                .build()));
        for (String mode : new String[] {"ofrep", "sync"}) clients.put(mode, api.getClient(mode));
        Gson json = new Gson().newBuilder().serializeNulls().create();
        System.out.println("\"ready\"");
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            System.out.println(json.toJson(answer(line.split(" "))));
        }
        System.exit(0);
    }
}
