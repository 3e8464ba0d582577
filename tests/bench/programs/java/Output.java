import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.stream.Collectors;

/** The file that says that everything was read: a line per meter, renamed into place when it is whole. */
final class Output {
    private Output() {}

    static void write(SortedMap<String, Long> sums, Path path) throws IOException {
        String lines = sums.entrySet().stream()
                .map(sum -> sum.getKey() + '\t' + sum.getValue() + '\n')
                .collect(Collectors.joining());
        Path part = Path.of(path + ".part");
        Files.writeString(part, lines);
        Files.move(part, path);
    }
}
