import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * A meter-day as the Java programs read it. Jackson's streaming parser is the fastest of the usual ones: no tree is built, and
 * numbers become integers without a string or a float between.
 *
 * @param event what a repeated event shares with the first: its source and id. One event may cover several days, which ingest
 *     writes as a record each.
 * @param issued the event's time, in microseconds since 1970
 * @param energy the sum of the values, in millionths of a kWh
 */
public record MeterDay(String event, String meter, String day, long issued, long energy) {
    private static final JsonFactory JSON = new JsonFactory();

    static MeterDay read(byte[] json, Headers headers) throws IOException {
        String meter = null;
        String day = null;
        long energy = 0;
        try (JsonParser parser = JSON.createParser(json)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                parser.nextToken();
                switch (field) {
                    case "meter" -> meter = parser.getText();
                    case "day" -> day = parser.getText();
                    case "values" -> energy = sum(parser);
                    default -> parser.skipChildren();
                }
            }
        }
        String source = null;
        String id = null;
        String time = null;
        for (Header header : headers) {
            switch (header.key()) {
                case "ce_source" -> source = text(header);
                case "ce_id" -> id = text(header);
                case "ce_time" -> time = text(header);
                default -> {}
            }
        }
        Instant issued = Instant.parse(time);
        long micros = issued.getEpochSecond() * 1_000_000 + issued.getNano() / 1_000;
        return new MeterDay(source + '\n' + id + '\n' + day, meter, day, micros, energy);
    }

    /** The key of the day that the latest event decides. */
    String meterAndDay() {
        return meter + '\n' + day;
    }

    private static String text(Header header) {
        return new String(header.value(), StandardCharsets.UTF_8);
    }

    private static long sum(JsonParser parser) throws IOException {
        long sum = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.VALUE_NULL) {
                sum += millionths(parser);
            }
        }
        return sum;
    }

    /** A number with at most six decimals digit by digit, any other rounded. */
    private static long millionths(JsonParser parser) throws IOException {
        char[] text = parser.getTextCharacters();
        int from = parser.getTextOffset();
        int to = from + parser.getTextLength();
        long value = 0;
        int decimals = 0;
        boolean fraction = false;
        for (int at = from; at < to; at++) {
            int digit = text[at] - '0';
            if (text[at] == '.') {
                fraction = true;
            } else if (digit >= 0 && digit <= 9 && decimals < 6) {
                value = value * 10 + digit;
                decimals += fraction ? 1 : 0;
            } else {
                return Math.round(parser.getDoubleValue() * 1e6);
            }
        }
        for (; decimals < 6; decimals++) {
            value *= 10;
        }
        return value;
    }
}
