// Prints what java.util.Properties makes of many files; tests/unit/props/dump_properties.c says the
// same of our reader, in the same form.

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Properties;

public class DumpProperties {
    private static final char[] DIGITS = "0123456789abcdef".toCharArray();

    private static void appendHex(StringBuilder to, String text) {
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            for (int shift = 12; shift >= 0; shift -= 4) {
                to.append(DIGITS[unit >> shift & 0xF]);
            }
        }
    }

    private static void dump(byte[] bytes, StringBuilder to) throws IOException {
        Properties properties = new Properties();
        boolean thrown = false;
        try {
            properties.load(new ByteArrayInputStream(bytes));
        } catch (IllegalArgumentException e) {
            thrown = true;
        }
        List<String> lines = new ArrayList<>();
        for (String key : properties.stringPropertyNames()) {
            StringBuilder line = new StringBuilder();
            appendHex(line, key);
            line.append(' ');
            appendHex(line, properties.getProperty(key));
            lines.add(line.toString());
        }
        Collections.sort(lines);
        for (String line : lines) {
            to.append(line).append('\n');
        }
        if (thrown) {
            to.append("error\n");
        }
    }

    public static void main(String[] args) throws IOException {
        StringBuilder out = new StringBuilder();
        try (DataInputStream in =
                new DataInputStream(new BufferedInputStream(Files.newInputStream(Path.of(args[0]))))) {
            for (int number = 0; in.available() > 0; number++) {
                byte[] bytes = new byte[in.readInt()];
                in.readFully(bytes);
                out.append("case ").append(number).append('\n');
                dump(bytes, out);
            }
        }
        try (PrintStream stream = new PrintStream(System.out, false, StandardCharsets.US_ASCII)) {
            stream.print(out);
        }
    }
}
