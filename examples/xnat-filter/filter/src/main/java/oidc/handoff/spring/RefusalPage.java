package oidc.handoff.spring;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.servlet.http.HttpServletResponse;
import oidc.handoff.Assertion;
import oidc.handoff.Reason;

/** Tells a person why they are not let in and whom to ask, and the log the same under one reference. Thread-safe. */
final class RefusalPage {
    private static final Logger LOG = Logger.getLogger(RefusalPage.class.getName());

    private final SecureRandom random = new SecureRandom();
    private final String whomToAsk;

    /** @param contact empty where the site gives none */
    RefusalPage(String siteName, String contact) {
        whomToAsk = "The administrators of " + siteName + " can find out why. Send them the lines below."
                + (contact.isEmpty() ? "" : "\nContact: " + contact);
    }

    /** @param assertion the one that was believed; null where there is none. A name of XNAT's breaks no line of the log */
    void answer(HttpServletResponse response, Reason reason, Assertion assertion) throws IOException {
        String reference = String.format("%016x", random.nextLong());
        LOG.log(Level.WARNING, "A request is refused: {0}, user {1}, reference {2}",
                new Object[] {reason.code(), assertion == null ? "-" : assertion.username(), reference});
        byte[] page = (reason.words() + "\n\n" + whomToAsk + "\n\nReason: " + reason.code() + "\nReference: " + reference
                + "\nTime: " + Instant.now().truncatedTo(ChronoUnit.SECONDS) + "\n").getBytes(StandardCharsets.UTF_8);
        response.setStatus(reason.status());
        response.setContentType("text/plain;charset=UTF-8");
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setContentLength(page.length);
        response.getOutputStream().write(page);
    }
}
