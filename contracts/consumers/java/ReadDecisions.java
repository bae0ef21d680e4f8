import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import io.cloudevents.CloudEvent;
import io.cloudevents.kafka.KafkaMessageFactory;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Reads decision events from Kafka, checks each against its published schema, prints a line of it. */
public class ReadDecisions {
    static {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
    }

    static final Duration LOOK = Duration.ofMillis(500);
    static final JsonMapper JSON = JsonMapper.shared();
    static final OutputStream STDOUT = new FileOutputStream(FileDescriptor.out);

    /** A record that is no event, or an event that its schema does not allow; says why. */
    static class InvalidEventException extends Exception {
        InvalidEventException(String reason) {
            super(reason);
        }
    }

    record Identity(URI source, String id) {}

    final Map<String, Schema> schemas;
    final Set<Identity> seen = new HashSet<>();
    volatile boolean stopping;

    ReadDecisions(Map<String, Schema> schemas) {
        this.schemas = schemas;
    }

    /** The schemas in a folder, by the type of event. */
    static Map<String, Schema> schemasIn(Path folder) throws IOException {
        var settings = SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build();
        var registry = SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12, builder -> builder.schemaRegistryConfig(settings));
        var schemas = new HashMap<String, Schema>();
        try (var files = Files.newDirectoryStream(folder, "*.json")) {
            for (var file : files) {
                var name = file.getFileName().toString().replaceFirst("\\.json$", "");
                schemas.put("secretariat." + name, registry.getSchema(JSON.readTree(file.toFile())));
            }
        }
        return schemas;
    }

    /** What to print of a record; null for an event of an unknown type, or that was here. */
    ObjectNode lineOf(ConsumerRecord<byte[], byte[]> record) {
        try {
            var event = eventOf(record);
            var schema = schemas.get(event.getType());
            if (schema == null) {
                System.err.println("skipped " + event.getId() + ": " + event.getType() + " is unknown");
                return null;
            }
            if (!seen.add(new Identity(event.getSource(), event.getId()))) {
                return null;
            }
            var data = dataOf(event);
            check(event, data, schema);
            var text = data.path("decision").path("text");
            return JSON.createObjectNode()
                .put("id", event.getId())
                .put("type", event.getType())
                .put("mechanism", data.path("mechanism").asString(null))
                .put("symbol", data.path("symbol").asString(null))
                .put("text", text.asString(data.path("text").asString(null)))
                .put("valid", true);
        } catch (InvalidEventException error) {
            var claimed = record.headers().lastHeader("ce_id");
            return JSON.createObjectNode()
                .put("id", claimed == null ? null : new String(claimed.value(), UTF_8))
                .put("valid", false)
                .put("error", error.getMessage());
        }
    }

    static CloudEvent eventOf(ConsumerRecord<byte[], byte[]> record) throws InvalidEventException {
        try {
            return KafkaMessageFactory.createReader(record).toEvent();
        } catch (RuntimeException error) {
            throw new InvalidEventException("no CloudEvent: " + error.getMessage());
        }
    }

    static JsonNode dataOf(CloudEvent event) throws InvalidEventException {
        try {
            return JSON.readTree(event.getData() == null ? new byte[0] : event.getData().toBytes());
        } catch (JacksonException error) {
            throw new InvalidEventException("data are no JSON: " + error.getOriginalMessage());
        }
    }

    /** Fails where an event names another schema, or its data are not as the schema says. */
    static void check(CloudEvent event, JsonNode data, Schema schema) throws InvalidEventException {
        var named = String.valueOf(event.getDataSchema());
        var published = schema.getSchemaNode().path("$id").asString();
        if (!named.equals(published)) {
            throw new InvalidEventException("dataschema is " + named + ", not " + published);
        }
        var wrong = schema.validate(data);
        if (!wrong.isEmpty()) {
            throw new InvalidEventException(wrong.get(0).toString());
        }
    }

    /** Tells Kafka that a record is done, so that the group does not get it again. */
    static void commit(KafkaConsumer<?, ?> consumer, ConsumerRecord<?, ?> record) {
        var place = new TopicPartition(record.topic(), record.partition());
        try {
            consumer.commitSync(Map.of(place, new OffsetAndMetadata(record.offset() + 1)));
        } catch (CommitFailedException | RebalanceInProgressException error) {
            System.err.println(place + " is another reader's by now, and comes again there");
        }
    }

    /** Prints the events on a topic: `count` of them, or all that come until `stopping`. */
    void read(String bootstrap, String topic, long count) throws IOException {
        var settings = Map.<String, Object>of(
            "bootstrap.servers", bootstrap,
            "group.id", System.getenv().getOrDefault("GROUP", "example-java"),
            "auto.offset.reset", "earliest",
            "enable.auto.commit", false,
            "allow.auto.create.topics", false);
        var bytes = new ByteArrayDeserializer();
        try (var consumer = new KafkaConsumer<>(settings, bytes, bytes)) {
            if (consumer.partitionsFor(topic).isEmpty()) {
                throw new KafkaException("there is no topic " + topic);
            }
            consumer.subscribe(List.of(topic));
            for (long printed = 0; printed < count && !stopping; ) {
                for (var record : consumer.poll(LOOK)) {
                    var line = lineOf(record);
                    if (line != null) {
                        STDOUT.write((JSON.writeValueAsString(line) + "\n").getBytes(UTF_8));
                        printed++;
                    }
                    commit(consumer, record);
                    if (printed == count || stopping) {
                        break;
                    }
                }
            }
        }
    }

    public static void main(String[] args) {
        if (args.length < 3 || args.length > 4 || args.length == 4 && !args[3].matches("[1-9]\\d*")) {
            System.err.println("usage: ReadDecisions.java BOOTSTRAP TOPIC SCHEMA_FOLDER [COUNT]");
            System.exit(2);
        }
        var closed = new CountDownLatch(1);
        var status = 0;
        try {
            var reader = new ReadDecisions(schemasIn(Path.of(args[2])));
            var count = args.length == 4 ? Long.parseLong(args[3]) : Long.MAX_VALUE;
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                reader.stopping = true;
                try {
                    closed.await();
                } catch (InterruptedException error) {
                    Thread.currentThread().interrupt();
                }
            }));
            reader.read(args[0], args[1], count);
        } catch (IOException | IllegalArgumentException | JacksonException | KafkaException error) {
            System.err.println(error);
            status = 1;
        } finally {
            closed.countDown();
        }
        System.exit(status);
    }
}
