package oidc.handoff;

import java.io.IOException;
import java.io.Reader;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Properties;
import java.util.TreeSet;

/** The settings file. What is missing, misspelt or unsafe stops the start. Immutable. */
public final class Settings {
    private static final TreeSet<String> NAMES = new TreeSet<>(
            Arrays.asList("siteUrl", "jwksUrl", "headerPrefix", "createUsers", "secondsBetweenFetches",
                    "secondsOfTrust", "siteName", "contact"));
    private static final int LABEL_MAX = 200;

    private final Path file;
    private final Properties values = new Properties();
    private final String siteUrl;
    private final URL jwksUrl;
    private final String headerPrefix;
    private final boolean createUsers;
    private final Duration pause;
    private final Duration trust;
    private final String siteName;
    private final String contact;

    public Settings(Path file) {
        this.file = file;
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            values.load(reader);
        } catch (IOException e) {
            throw new IllegalStateException("The settings of the sign-in filter cannot be read from " + file + ": "
                    + e + ". Write the file, or take the filter's jar away.", e);
        }
        for (String name : values.stringPropertyNames()) {
            check(NAMES.contains(name), name, "is no setting; there are " + String.join(", ", NAMES));
        }
        siteUrl = required("siteUrl").replaceFirst("/$", ""); // as the sidecar, whose assertions name the site
        jwksUrl = keysAddress(required("jwksUrl"));
        headerPrefix = values.getProperty("headerPrefix", "X-XNAT-OIDC-");
        check(headerPrefix.matches("[A-Za-z][A-Za-z0-9-]{2,62}-"), "headerPrefix",
                "must be what --header-prefix of the sidecar is: letters, digits and hyphens, a hyphen at the end");
        createUsers = flag("createUsers", "false");
        pause = seconds("secondsBetweenFetches", "10");
        trust = seconds("secondsOfTrust", "300");
        // Otherwise there would be times with no key that counts, and none to be asked for yet.
        check(trust.compareTo(pause) > 0, "secondsOfTrust", "must be more than secondsBetweenFetches");
        siteName = label("siteName", siteUrl);
        contact = label("contact", "");
    }

    String siteUrl() {
        return siteUrl;
    }

    URL jwksUrl() {
        return jwksUrl;
    }

    String headerPrefix() {
        return headerPrefix;
    }

    public boolean createUsers() {
        return createUsers;
    }

    Duration pauseBetweenFetches() {
        return pause;
    }

    Duration trustInKeys() {
        return trust;
    }

    public String siteName() {
        return siteName;
    }

    /** Whom people ask; may be empty. */
    public String contact() {
        return contact;
    }

    private String required(String name) {
        String value = values.getProperty(name, "").trim();
        check(!value.isEmpty(), name, "is missing");
        return value;
    }

    /** What people read on a page. */
    private String label(String name, String otherwise) {
        String value = values.getProperty(name, "").trim();
        check(value.length() <= LABEL_MAX && value.matches("\\P{Cntrl}*"), name,
                "must be one line of text, of at most " + LABEL_MAX + " characters");
        return value.isEmpty() ? otherwise : value;
    }

    private boolean flag(String name, String otherwise) {
        String value = values.getProperty(name, otherwise).trim();
        check(value.equals("true") || value.equals("false"), name, "must be true or false");
        return value.equals("true");
    }

    private Duration seconds(String name, String otherwise) {
        String value = values.getProperty(name, otherwise).trim();
        check(value.matches("[1-9][0-9]{0,4}"), name, "must be a whole number of seconds from 1 to 99999");
        return Duration.ofSeconds(Long.parseLong(value));
    }

    /** Whoever can change the answer on its way can sign for everybody: https, or never off this machine. */
    private URL keysAddress(String text) {
        try {
            URL url = new URL(text);
            boolean loopback = url.getHost().matches("localhost|127(\\.[0-9]{1,3}){3}|\\[::1\\]");
            check(url.getProtocol().equals("https") || url.getProtocol().equals("http") && loopback,
                    "jwksUrl", "must be https, or http to 127.0.0.1, [::1] or localhost");
            check(url.getUserInfo() == null, "jwksUrl", "must be without a user or password");
            return url;
        } catch (MalformedURLException e) {
            throw new IllegalStateException(file + ": jwksUrl is no URL", e);
        }
    }

    private void check(boolean good, String name, String trouble) {
        if (!good) {
            throw new IllegalStateException(file + ": " + name + " " + trouble + ".");
        }
    }
}
