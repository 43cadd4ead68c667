package oidc.handoff;

import java.io.IOException;
import java.security.PublicKey;
import java.time.Duration;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The sidecar's keys as they were when they were fetched last. Asked for anew when an assertion names one that is not
 * among them, and when they are old; never more often than the settings allow, whatever strangers send. Thread-safe.
 */
final class SidecarKeys {
    private static final Logger LOG = Logger.getLogger(SidecarKeys.class.getName());

    private final KeyFetch source;
    private final long pause;
    private final long trust;
    private volatile Fetched fetched;
    private long asked;
    private boolean everAsked;

    /**
     * @param pause the least between two fetches
     * @param trust how long a key counts that may have been withdrawn
     */
    SidecarKeys(KeyFetch source, Duration pause, Duration trust) {
        this.source = source;
        this.pause = pause.toNanos();
        this.trust = trust.toNanos();
    }

    PublicKey find(String kid) throws Refusal {
        PublicKey known = known(kid);
        return known != null ? known : findAnew(kid);
    }

    private PublicKey known(String kid) {
        Fetched now = fetched;
        return now != null && isFresh(now) ? now.keys.get(kid) : null;
    }

    /** One request asks; the others wait for its answer and take that. */
    private synchronized PublicKey findAnew(String kid) throws Refusal {
        PublicKey known = known(kid);
        if (known != null) {
            return known;
        }
        if (!everAsked || System.nanoTime() - asked >= pause) {
            ask();
        }
        Fetched now = fetched;
        if (now == null || !isFresh(now)) {
            throw new Refusal(Reason.KEYS_UNAVAILABLE);
        }
        if (!now.keys.containsKey(kid)) {
            throw new Refusal(Reason.ASSERTION_KEY_UNKNOWN);
        }
        return now.keys.get(kid);
    }

    private boolean isFresh(Fetched keys) {
        return System.nanoTime() - keys.at < trust;
    }

    private void ask() {
        try {
            fetched = new Fetched(source.fetch());
        } catch (IOException e) {
            LOG.log(Level.WARNING, "The keys of the sidecar cannot be fetched: {0}. Nobody is let in by an assertion that "
                    + "is signed with a key not known yet. Does jwksUrl lead to its /oidc/jwks.json?", e.toString());
        }
        asked = System.nanoTime();
        everAsked = true;
    }

    private static final class Fetched {
        final Map<String, PublicKey> keys;
        final long at = System.nanoTime();

        Fetched(Map<String, PublicKey> keys) {
            this.keys = keys;
        }
    }
}
