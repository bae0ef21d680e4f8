import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.time.OffsetDateTime;
import java.time.temporal.Temporal;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import net.fortuna.ical4j.data.CalendarBuilder;
import net.fortuna.ical4j.model.Calendar;
import net.fortuna.ical4j.model.Property;
import net.fortuna.ical4j.model.component.VEvent;
import net.fortuna.ical4j.model.property.DateProperty;

/** For each feed on a line of the standard input, in base64: what ical4j reads, as a line of JSON. */
public class ReadFeeds {
  public static void main(String[] arguments) throws Exception {
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    for (String line; (line = in.readLine()) != null; ) {
      out.println(answer(Base64.getDecoder().decode(line)));
    }
  }

  static String answer(byte[] feed) {
    try {
      Calendar calendar = new CalendarBuilder().build(new ByteArrayInputStream(feed));
      List<String> events = new ArrayList<>();
      for (VEvent event : calendar.<VEvent>getComponents("VEVENT")) {
        events.add(read(event));
      }
      List<String> wrong = new ArrayList<>();
      calendar.validate().getEntries().forEach(entry -> wrong.add(quoted(entry.toString())));
      return "{\"events\":[" + String.join(",", events) + "],\"wrong\":[" + String.join(",", wrong) + "]}";
    } catch (Exception error) {
      return "{\"events\":[],\"wrong\":[" + quoted(error.toString()) + "]}";
    }
  }

  static String read(VEvent event) {
    String starts = instant(event, "DTSTART").orElseThrow();
    List<String> said = new ArrayList<>();
    said.add(quoted(text(event, "UID")));
    said.add(text(event, "SEQUENCE"));
    said.add(quoted(text(event, "STATUS")));
    said.add(quoted(starts));
    said.add(quoted(instant(event, "DTEND").orElse(starts)));
    said.add(quoted(text(event, "SUMMARY")));
    said.add(quoted(text(event, "LOCATION")));
    said.add(quoted(text(event, "DESCRIPTION")));
    return "[" + String.join(",", said) + "]";
  }

  static String text(VEvent event, String name) {
    Optional<Property> found = event.getProperty(name);
    return found.map(Property::getValue).orElse("");
  }

  static Optional<String> instant(VEvent event, String name) {
    Optional<DateProperty<Temporal>> found = event.getProperty(name);
    return found.map(property -> written(property.getDate()));
  }

  static String written(Temporal temporal) {
    if (temporal instanceof LocalDate date) {
      return date.toString();
    }
    if (temporal instanceof ZonedDateTime there) {
      return seconds(there.toInstant());
    }
    if (temporal instanceof OffsetDateTime there) {
      return seconds(there.toInstant());
    }
    return seconds(Instant.from(temporal));
  }

  static String seconds(Instant instant) {
    return Long.toString(instant.getEpochSecond());
  }

  static String quoted(String text) {
    StringBuilder written = new StringBuilder("\"");
    for (char each : text.toCharArray()) {
      if (each == '"' || each == '\\' || each < ' ') {
        written.append(String.format("\\u%04x", (int) each));
      } else {
        written.append(each);
      }
    }
    return written.append('"').toString();
  }
}
